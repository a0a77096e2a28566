import { texts } from "../../src/formats/text/sentences.ts";
import { bounded } from "../load/bounded.ts";
import type { Person } from "../load/person.ts";
import { NOTICES_MS, quiet } from "../load/person.ts";
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
/** Longer than chatd takes to keep 15,000 people, 500 at a time and every five seconds. */
const KEPT_MS = 15_000;
/** Is answered from memory, by this line: what comes before it has been done. */
const LAST = { send: "/nick\r\n", until: texts.nick };

interface Cost {
  readonly metric: string;
  /** The commands that one person gives each time; where there are several, they undo each other. */
  readonly commands: readonly string[];
  /** Is among the answers when all of them have worked. */
  readonly shows: string;
}

const costs: readonly Cost[] = [
  { metric: "help", commands: ["/help"], shows: texts.moreHelp },
  { metric: "users", commands: ["/users"], shows: "Online users: " },
  { metric: "usersOf", commands: ["/users lobby"], shows: "Users in lobby: " },
  { metric: "rooms", commands: ["/rooms"], shows: "Rooms: lobby (" },
  { metric: "create", commands: ["/create mine", "/destroy mine"], shows: texts.youDestroyed("mine") },
  { metric: "createPrivate", commands: ["/create_private mine", "/destroy mine"], shows: texts.youDestroyed("mine") },
  { metric: "join", commands: ["/join full-2", "/leave full-2"], shows: texts.youLeft("full-2") },
  { metric: "topic", commands: ["/topic hello", "/topic"], shows: "Topic: hello" },
  { metric: "op", commands: ["/op two", "/deop two"], shows: texts.youUnmadeOperator("two", "home") },
  { metric: "ban", commands: ["/ban three", "/unban three"], shows: texts.youUnbanned("three", "home") },
  { metric: "whisper", commands: ["/whisper two hello"], shows: "" },
  { metric: "me", commands: ["/me waves"], shows: "* one waves" },
  { metric: "history", commands: ["/history 20 full-1"], shows: "-- last 20 lines in full-1" },
  { metric: "longHistory", commands: ["/history 100 full-1"], shows: "-- last 100 lines in full-1" },
  // The last: who leaves the lobby is not in the room that the others are for any more.
  { metric: "lobby", commands: ["/join lobby", "/leave lobby"], shows: texts.youLeft("lobby") },
];

const columns: readonly Column[] = [
  { metric: "sessions", label: "sessions", format: "count" },
  ...costs.map(({ metric, commands }): Column => ({ metric, label: labelOf(commands), format: "ms", better: "lower" })),
  { metric: "mostMs", label: "most", format: "ms", better: "lower" },
];

export const commandCosts: Scenario = {
  name: "command-costs",
  about:
    "CPU time of the whole server for a command, or for each of those that undo each other, with everybody in the lobby, " +
    `${ROOMS.toLocaleString("en")} rooms, and ${MESSAGES.toLocaleString("en")} messages in the room whose history is asked for: ` +
    `the mean of ${TIMES}, one after the other, until what others are told of them is written. What tells a room something is ` +
    "given in a room of three: each person more costs a delivery, which `fan-out` measures.",
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

/** The commands without names of people and rooms, as the column's heading. */
function labelOf(commands: readonly string[]): string {
  return commands.map((command) => command.replace(/ (mine|full-\d|hello|two.*|three|waves|home)/g, "")).join(", ");
}

async function load(server: Server, effort: Effort): Promise<Measures> {
  const sessions = sessionCount(effort);
  const crowd: Person[] = [];
  await bounded(sessions, server.connectsAtOnce, async (index) => {
    crowd[index] = await logIn(server, index);
  });
  await quiet(crowd, 2000);
  const [one, ...others] = await Promise.all(["one", "two", "three"].map((name) => logIn(server, 0, name)));
  if (one === undefined) throw new Error("nobody gives commands");
  await one.converse([{ send: "/join full-1\r\n/create home\r\n/join home\r\n", until: "joined home." }, LAST]);
  for (const other of others) await other.converse([{ send: "/join home\r\n", until: "joined home." }, LAST]);
  const everybody = [one, ...others, ...crowd];
  // Until all who have come are kept for the next start.
  await quiet(everybody, KEPT_MS);
  const lastCost = (): Promise<number> => costMs(server, one, everybody, { metric: "", commands: [], shows: "" });
  const lastBefore = await lastCost();
  const withLast: [Cost, number][] = [];
  for (const cost of costs) withLast.push([cost, await costMs(server, one, everybody, cost)]);
  const lastMs = (lastBefore + (await lastCost())) / 2;
  const measured = withLast.map(([{ metric, commands }, ms]) => [metric, (ms - lastMs) / commands.length] as const);
  return { sessions, ...Object.fromEntries(measured), mostMs: Math.max(...measured.map(([, ms]) => ms)) };
}

/** CPU time of the server for these commands and the last one, in milliseconds. */
async function costMs(
  server: Server,
  one: Person,
  everybody: readonly Person[],
  { commands, shows }: Cost,
): Promise<number> {
  const text = commands.map((line) => `${line}\r\n`).join("") + LAST.send;
  const give = async (): Promise<void> => {
    const heard = one.hear(LAST.until);
    one.send(text);
    const answer = await heard;
    if (!answer.includes(shows)) throw new Error(`${commands.join(", ")}: ${answer}`);
  };
  for (let i = 0; i < WARM_UP; i++) await give();
  await quiet(everybody, 300);
  const { pid } = onlyNode(server);
  const before = exactCpuSeconds(pid);
  for (let i = 0; i < TIMES; i++) await give();
  // What others are told of it is written after the answer, in one line for what happened within some seconds.
  await quiet(everybody, NOTICES_MS);
  return ((exactCpuSeconds(pid) - before) / TIMES) * 1000;
}
