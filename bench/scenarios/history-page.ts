import type { Person } from "../load/person.ts";
import { quiet } from "../load/person.ts";
import { fillRooms } from "../load/room.ts";
import { Talk } from "../load/talk.ts";
import { dialectOf } from "../load/target.ts";
import type { Server } from "../load/target.ts";
import { percentile } from "../measure/statistics.ts";
import type { Effort, Measures, Scenario } from "./scenario.ts";

const pages = 1000;
/** Until the server's code for this has been compiled, which takes longer than a thousand pages. */
const warmUpPages = 5000;

export const historyPage: Scenario = {
  name: "history-page",
  about:
    "A room is filled by people talking in it, and `/history 20` is asked for one page after the other: the median time of " +
    `${pages} pages from sending the command to having the last line, in a room of 100 messages and again when it has grown.`,
  headline: "deepOverShallow",
  columns: [
    { metric: "messages", label: "messages", format: "count" },
    { metric: "shallowMs", label: "page at message 100", format: "ms" },
    { metric: "deepMs", label: "page at the last message", format: "ms", better: "lower" },
    { metric: "deepOverShallow", label: "last / 100", format: "ratio" },
  ],
  peers: ["chatd", "chatd-memory"],
  rows: [{ key: "history-page", title: "history page", lobby: false, manyAddresses: false, load }],
};

async function load(server: Server, effort: Effort): Promise<Measures> {
  const messages = effort.quick ? 20_000 : 1_000_000;
  const [room] = await fillRooms(server, 1, 16);
  if (room === undefined) throw new Error("no room was made");
  const say = async (lines: number) => {
    const talk = new Talk(dialectOf(server), [room], 20 * room.others.length);
    await talk.start(lines);
    await talk.verify();
  };
  await say(100);
  const shallowMs = await medianPageMs(room.observer);
  await say(messages - 100);
  const deepMs = await medianPageMs(room.observer);
  return { messages, shallowMs, deepMs, deepOverShallow: deepMs / shallowMs };
}

async function medianPageMs(reader: Person): Promise<number> {
  await quiet([reader], 1000);
  for (let warmUp = 0; warmUp < warmUpPages; warmUp++) await pageMs(reader);
  const timesMs: number[] = [];
  for (let page = 0; page < pages; page++) timesMs.push(await pageMs(reader));
  return percentile(timesMs, 0.5);
}

/** Time of a page: its heading and 20 lines. */
function pageMs(reader: Person): Promise<number> {
  return new Promise((resolve) => {
    const start = performance.now();
    let lines = 0;
    reader.listener = (text) => {
      lines += text.split("\n").length - 1;
      if (lines >= 21) resolve(performance.now() - start);
    };
    reader.send("/history 20\r\n");
  });
}
