import type { Chance } from "../../test/support/sockets/hostile.ts";

/** Rooms that anybody makes, and everybody may be in. */
export const PUBLIC_ROOMS: readonly string[] = ["r0", "r1", "r2"];
const LAST_BURST = 8;
/** How often each thing is done, among all. */
const DEEDS = {
  say: 34,
  burst: 14,
  act: 5,
  join: 10,
  leave: 5,
  create: 3,
  createPrivate: 3,
  invite: 5,
  kick: 3,
  ban: 2,
  unban: 2,
  op: 1,
  topic: 2,
  whisper: 5,
  ignore: 1,
  unignore: 1,
  history: 3,
  list: 2,
  destroy: 1,
  quit: 3,
  drop: 2,
} as const;
export type Deed = keyof typeof DEEDS;
/** Each as often as it is done. */
export const ALL_DEEDS = Object.entries(DEEDS).flatMap(([deed, times]) =>
  // The keys of `DEEDS`.
  Array.from({ length: times }, () => deed as Deed),
);

/** What a deed is made of. */
export interface Means {
  readonly chance: Chance;
  /** Somebody to whom it may be done, and a room where. */
  readonly other: string;
  readonly room: string;
  /** Where the person is, and private rooms that they know. */
  readonly rooms: Iterable<string>;
  readonly privateRooms: readonly string[];
  /** Gives somebody else, a line that nobody ever said, and a private room that is not there. */
  readonly anybody: () => string;
  readonly nextBody: () => string;
  readonly newRoom: () => string;
}

/** Lines that are said together. */
export function burst({ chance, nextBody }: Pick<Means, "chance" | "nextBody">): string[] {
  return Array.from({ length: 2 + chance.below(LAST_BURST - 1) }, nextBody);
}

/** What somebody types who does this. */
export function linesFor(deed: Exclude<Deed, "quit" | "drop">, means: Means): string[] {
  const { chance, other, room, rooms, privateRooms, nextBody } = means;
  switch (deed) {
    case "say":
      return [nextBody()];
    case "burst":
      return burst(means);
    case "act":
      return [`/me ${nextBody()}`];
    case "join":
      return [`/join ${chance.of([...PUBLIC_ROOMS, "lobby", ...privateRooms.slice(-2)])}`];
    case "leave":
      return [`/leave ${chance.of([...rooms, room])}`];
    case "create":
      return [`/create ${room}`, `/join ${room}`];
    case "createPrivate": {
      const made = means.newRoom();
      return [`/create_private ${made}`, `/join ${made}`, `/invite ${means.anybody()}`];
    }
    case "invite":
    case "kick":
    case "unban":
    case "op":
    case "ignore":
    case "unignore":
      return [`/${deed} ${other}`];
    case "ban":
      return [`/ban ${other}${chance.of(["", " 5s", " 5s for nothing"])}`];
    case "topic":
      return [`/topic about ${nextBody()}`];
    case "whisper":
      return [`/whisper ${other} ${nextBody()}`];
    case "history":
      return [`/history ${chance.of(["", "3 ", "100 "])}${room}`];
    case "list":
      return [chance.of(["/users", "/rooms", `/users ${room}`, `/bans ${room}`, "/ignore"])];
    case "destroy":
      return [`/destroy ${chance.of([room, ...privateRooms.slice(-1)])}`];
  }
}
