import { setTimeout as sleep } from "node:timers/promises";
import { totalBytes } from "../load/person.ts";
import { fillRooms, membersOf } from "../load/room.ts";
import { Talk } from "../load/talk.ts";
import { dialectOf } from "../load/target.ts";
import type { Server } from "../load/target.ts";
import { percentile } from "../measure/statistics.ts";
import { startUsage } from "../measure/usage.ts";
import type { Effort, Measures, Row, Scenario } from "./scenario.ts";

export interface Size {
  readonly rooms: number;
  readonly people: number;
  /** Over all rooms. */
  readonly inFlight: number;
}

export const fanOut: Scenario = {
  name: "fan-out",
  about:
    "People talk in a closed loop: a fixed number of lines is in flight, and one is replaced when everybody in its room has got it. " +
    "A delivery is one line that reached one person. Afterwards every person must have got exactly the lines of the others.",
  headline: "deliveriesPerCpuSecond",
  columns: [
    { metric: "deliveriesPerSecond", label: "deliveries/s", format: "count", better: "higher" },
    { metric: "deliveriesPerCpuSecond", label: "per CPU-second", format: "count", better: "higher" },
    { metric: "p50Ms", label: "p50", format: "ms" },
    { metric: "p99Ms", label: "p99", format: "ms" },
    { metric: "serverCpu", label: "server CPU", format: "share" },
    { metric: "loadCpu", label: "load CPU", format: "share" },
    { metric: "othersCpu", label: "others' CPU", format: "share" },
  ],
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

/** As the scenario does it, at servers of one node or several. */
export async function loadFanOut(server: Server, effort: Effort, size: Size): Promise<Measures> {
  const rooms = await fillRooms(server, size.rooms, size.people);
  const people = rooms.flatMap(membersOf);
  const talk = new Talk(dialectOf(server), rooms, size.inFlight);
  void talk.start();
  await sleep(1000 * Math.min(2, effort.seconds));

  talk.latenciesMs = [];
  const bytesBefore = totalBytes(people);
  const stopUsage = startUsage(server);
  await sleep(1000 * effort.seconds);
  const used = stopUsage();
  const deliveries = (totalBytes(people) - bytesBefore) / talk.lineBytes;
  const latenciesMs = talk.latenciesMs;

  talk.stop();
  await talk.verify();
  return {
    deliveriesPerSecond: deliveries / used.seconds,
    deliveriesPerCpuSecond: deliveries / used.serverCpu,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    serverCpu: used.serverCpu / used.seconds,
    databaseCpu: used.databaseCpu / used.seconds,
    loadCpu: used.loadCpu / used.seconds,
    othersCpu: used.othersCpu / used.seconds,
  };
}
