import { setTimeout as sleep } from "node:timers/promises";
import { type Counted, NativeTalk, type Size } from "../load/native-talk.ts";
import { totalBytes } from "../load/person.ts";
import { fillRooms, membersOf } from "../load/room.ts";
import { Talk } from "../load/talk.ts";
import { dialectOf } from "../load/target.ts";
import type { Server } from "../load/target.ts";
import { percentile } from "../measure/statistics.ts";
import { startUsage, type Usage } from "../measure/usage.ts";
import { compiled } from "../native/compile.ts";
import type { Effort, Measures, Row, Scenario } from "./scenario.ts";

/** Until code is compiled, and the memory of the heap has its size. */
const WARM_UP_SECONDS = 3;

export const fanOut: Scenario = {
  name: "fan-out",
  about:
    "People talk in a closed loop: a fixed number of lines is in flight, and one is replaced when everybody in its room has got it. " +
    "A delivery is one line that reached one person. Afterwards everybody must have got as many bytes as the lines due to them have. " +
    "`limit` is a program in C that does nothing but this, with chatd's batching (`bench/native/limit.c`); `limit-durable` " +
    "also syncs a file before it delivers. Redis also delivers a line to its author: in a room of 10, 0.90 × its deliveries are as many " +
    "lines. Writes are calls of write and writev by the server's main thread, also to wake another one; switches are of all threads.",
  headline: "deliveriesPerCpuSecond",
  columns: [
    { metric: "deliveriesPerSecond", label: "deliveries/s", format: "count", better: "higher" },
    { metric: "deliveriesPerCpuSecond", label: "per CPU-second", format: "count", better: "higher" },
    { metric: "p50Ms", label: "p50", format: "ms" },
    { metric: "p99Ms", label: "p99", format: "ms" },
    { metric: "writesPerLine", label: "writes per line", format: "ratio" },
    { metric: "bytesPerWrite", label: "bytes per write", format: "count" },
    { metric: "switchesPerLine", label: "switches per line", format: "ratio" },
    { metric: "serverCpu", label: "server CPU", format: "share" },
    { metric: "loadCpu", label: "load CPU", format: "share" },
    { metric: "othersCpu", label: "others' CPU", format: "share" },
  ],
  references: ["limit", "inspircd", "redis"],
  peers: ["limit", "limit-durable", "chatd", "chatd-memory", "inspircd", "ngircd", "redis"],
  chart: true,
  rows: [
    row({ rooms: 1, people: 1000, inFlight: 20 }),
    row({ rooms: 1, people: 200, inFlight: 1 }),
    row({ rooms: 100, people: 10, inFlight: 500 }),
  ],
};

function row(size: Size): Row {
  const rooms = size.rooms === 1 ? "1 room" : `${size.rooms} rooms`;
  return {
    key: `fan-out-${size.rooms}x${size.people}x${size.inFlight}`,
    title: `${rooms} × ${size.people.toLocaleString("en")} people, ${size.inFlight} in flight`,
    lobby: false,
    manyAddresses: false,
    load: (server, effort) => loadFanOut(server, effort, size),
  };
}

/** As the scenario does it, at servers of one node or several; by the load in C where it can be compiled. */
export async function loadFanOut(server: Server, effort: Effort, size: Size): Promise<Measures> {
  const program = compiled("load");
  const { counted, used } = await (program === null
    ? talkHere(server, effort, size)
    : talkNatively(program, server, effort, size));
  // The load's window and that of the readings are not quite the same.
  const deliveriesPerSecond = counted.deliveries / counted.seconds;
  return {
    deliveriesPerSecond,
    deliveriesPerCpuSecond: (deliveriesPerSecond * used.seconds) / used.serverCpu,
    p50Ms: counted.p50Ms,
    p99Ms: counted.p99Ms,
    pairP50Ms: counted.pairP50Ms,
    pairP99Ms: counted.pairP99Ms,
    writesPerLine: used.output.writes / counted.lines,
    bytesPerWrite: used.output.writtenBytes / used.output.writes,
    switchesPerLine: used.contextSwitches / counted.lines,
    serverCpu: used.serverCpu / used.seconds,
    databaseCpu: used.databaseCpu / used.seconds,
    loadCpu: used.loadCpu / used.seconds,
    othersCpu: used.othersCpu / used.seconds,
  };
}

function warmUpSeconds({ quick, seconds }: Effort): number {
  return quick ? Math.min(WARM_UP_SECONDS, seconds) : WARM_UP_SECONDS;
}

interface Talked {
  readonly counted: Counted;
  readonly used: Usage;
}

async function talkNatively(program: string, server: Server, effort: Effort, size: Size): Promise<Talked> {
  const talk = await NativeTalk.start(program, server, size);
  await sleep(1000 * warmUpSeconds(effort));
  const stopUsage = startUsage(server, [process.pid, talk.pid]);
  talk.begin();
  await sleep(1000 * effort.seconds);
  const used = stopUsage();
  const counted = await talk.end();
  await talk.verify();
  return { counted, used };
}

async function talkHere(server: Server, effort: Effort, size: Size): Promise<Talked> {
  if (size.pairEveryMs) throw new Error("a pair beside a room needs the load in C");
  const rooms = await fillRooms(server, size.rooms, size.people);
  const people = rooms.flatMap(membersOf);
  const talk = new Talk(dialectOf(server), rooms, size.inFlight);
  void talk.start();
  await sleep(1000 * warmUpSeconds(effort));

  talk.latenciesMs = [];
  const bytesBefore = totalBytes(people);
  const stopUsage = startUsage(server);
  await sleep(1000 * effort.seconds);
  const used = stopUsage();
  const deliveries = (totalBytes(people) - bytesBefore) / talk.lineBytes;
  const { latenciesMs } = talk;

  talk.stop();
  await talk.verify();
  const p50Ms = percentile(latenciesMs, 0.5);
  const p99Ms = percentile(latenciesMs, 0.99);
  const { seconds } = used;
  return {
    counted: { seconds, deliveries, lines: latenciesMs.length, p50Ms, p99Ms, pairP50Ms: 0, pairP99Ms: 0 },
    used,
  };
}
