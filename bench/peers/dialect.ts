/** One exchange of a dialogue: send something (or nothing), then listen until a text has come. */
export interface Step {
  readonly send: string;
  readonly until: string;
}

/** How a person talks to a kind of server. Names and rooms have fixed lengths, so every line said has one too. */
export interface Dialect {
  login(name: string): readonly Step[];
  create(room: string): readonly Step[];
  join(name: string, room: string): readonly Step[];
  say(room: string, text: string): string;
}

const telnet: Dialect = {
  login: (name) => [
    { send: "", until: "Login:" },
    { send: `${name}\r\n`, until: "Welcome, " },
  ],
  create: (room) => [{ send: `/create ${room}\r\n`, until: `Room ${room} created.` }],
  join: (name, room) => [{ send: `/join ${room}\r\n`, until: `User ${name} joined ${room}.` }],
  say: (_room, text) => `${text}\r\n`,
};

const irc: Dialect = {
  login: (name) => [{ send: `NICK ${name}\r\nUSER ${name} 0 * :${name}\r\n`, until: " 001 " }],
  create: () => [],
  join: (_name, room) => [{ send: `JOIN #${room}\r\n`, until: " 366 " }],
  say: (room, text) => `PRIVMSG #${room} :${text}\r\n`,
};

const redis: Dialect = {
  login: () => [{ send: "HELLO 3\r\n", until: "modules" }],
  create: () => [],
  join: (_name, room) => [{ send: `SUBSCRIBE ${room}\r\n`, until: "subscribe\r\n" }],
  say: (room, text) => `PUBLISH ${room} "${text}"\r\n`,
};

export const dialects = { telnet, irc, redis } as const;

/** `telnet-keys`: clients that send each key, and have a half-typed line. Only the load in C has them. */
export type DialectName = keyof typeof dialects | "telnet-keys";
