import { bounded } from "../load/bounded.ts";
import type { Person } from "../load/person.ts";
import { quiet } from "../load/person.ts";
import { logIn, onlyNode } from "../load/target.ts";
import type { Server } from "../load/target.ts";
import { exactCpuSeconds } from "../measure/proc.ts";
import { sessionCount } from "./session-count.ts";
import type { Column, Effort, Measures, Scenario } from "./scenario.ts";

const ROOMS = 10_000;
const MESSAGES = 1_000_000;
/** How often each command is given: until its code is compiled, and in the measured time. */
const WARM_UP = 300;
const TIMES = 500;
/** Is answered from memory, by this line: what comes before it has been done. */
const LAST = { send: "/nick\r\n", until: "under the new name." };

/** Those who give the commands: they are in the room with the messages, and own one of theirs. */
interface People {
  readonly one: Person;
  readonly two: Person;
}

interface Cost {
  readonly metric: string;
  readonly label: string;
  /** The lines that one person sends each time; where there are several, they undo each other. */
  readonly lines: readonly string[];
}

const costs: readonly Cost[] = [
  { metric: "nick", label: "/nick", lines: [] },
  { metric: "help", label: "/help", lines: ["/help"] },
  { metric: "users", label: "/users", lines: ["/users"] },
  { metric: "usersOf", label: "/users lobby", lines: ["/users lobby"] },
  { metric: "rooms", label: "/rooms", lines: ["/rooms"] },
  { metric: "create", label: "/create, /destroy", lines: ["/create mine", "/destroy mine"] },
  {
    metric: "createPrivate",
    label: "/create_private, /destroy",
    lines: ["/create_private mine", "/destroy mine"],
  },
  { metric: "join", label: "/join, /leave", lines: ["/join full-2", "/leave full-2"] },
  { metric: "lobby", label: "/leave lobby, /join lobby", lines: ["/leave lobby", "/join lobby", "/join home"] },
  { metric: "topic", label: "/topic", lines: ["/topic hello", "/topic"] },
  { metric: "op", label: "/op, /deop", lines: ["/op two", "/deop two"] },
  { metric: "ban", label: "/ban, /unban", lines: ["/ban three", "/unban three"] },
  { metric: "whisper", label: "/whisper", lines: ["/whisper two hello"] },
  { metric: "me", label: "/me", lines: ["/me waves"] },
  { metric: "history", label: "/history 20", lines: ["/history 20 full-1"] },
  { metric: "longHistory", label: "/history 100", lines: ["/history 100 full-1"] },
];

const columns: readonly Column[] = [
  { metric: "sessions", label: "sessions", format: "count" },
  ...costs.map(({ metric, label }): Column => ({ metric, label, format: "ms", better: "lower" })),
  { metric: "mostMs", label: "most", format: "ms", better: "lower" },
];

export const commandCosts: Scenario = {
  name: "command-costs",
  about:
    "CPU time of the whole server for a command, or for each of those that undo each other, on a server with 15,000 " +
    `sessions in the lobby, ${ROOMS.toLocaleString("en")} rooms, and ${MESSAGES.toLocaleString("en")} messages in the room whose history is asked for: ` +
    `the mean of ${TIMES}, one after the other, each with a \`/nick\` whose answer shows that it is done.`,
  headline: "mostMs",
  columns,
  peers: ["chatd"],
  rows: [
    {
      key: "command-costs",
      title: "a command",
      lobby: true,
      manyAddresses: true,
      rooms: ROOMS,
      messages: MESSAGES,
      load,
    },
  ],
};

async function load(server: Server, effort: Effort): Promise<Measures> {
  const sessions = sessionCount(effort);
  const crowd: Person[] = [];
  await bounded(sessions, server.connectsAtOnce, async (index) => {
    crowd[index] = await logIn(server, index);
  });
  await quiet(crowd, 2000);
  const people = {
    one: await enter(server, "one"),
    two: await enter(server, "two"),
    three: await enter(server, "three"),
  };
  await prepare(people);
  const measured: [string, number][] = [];
  for (const { metric, lines } of costs) measured.push([metric, await costMs(server, people, lines)]);
  return { sessions, ...Object.fromEntries(measured), mostMs: Math.max(...measured.map(([, ms]) => ms)) };
}

/** Somebody who has another name than those of the crowd. */
function enter(server: Server, name: string): Promise<Person> {
  return logIn(server, 0, name);
}

async function prepare({ one, two }: People): Promise<void> {
  await one.converse([{ send: "/join full-1\r\n/create home\r\n/join home\r\n", until: "joined home." }, LAST]);
  await two.converse([{ send: "/join full-1\r\n/join home\r\n", until: "joined home." }, LAST]);
}

/** CPU time of the server for one of these lines, in milliseconds. */
async function costMs(server: Server, { one, two }: People, lines: readonly string[]): Promise<number> {
  const step = { ...LAST, send: lines.map((line) => `${line}\r\n`).join("") + LAST.send };
  for (let i = 0; i < WARM_UP; i++) await one.converse([step]);
  await quiet([one, two], 300);
  const { pid } = onlyNode(server);
  const before = exactCpuSeconds(pid);
  for (let i = 0; i < TIMES; i++) await one.converse([step]);
  return ((exactCpuSeconds(pid) - before) / (TIMES * Math.max(lines.length, 1))) * 1000;
}
