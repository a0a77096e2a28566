import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { bounded } from "../load/bounded.ts";
import type { Size } from "../load/native-talk.ts";
import { PacedTalk } from "../load/paced-talk.ts";
import type { Person } from "../load/person.ts";
import { quiet } from "../load/person.ts";
import { fillRooms } from "../load/room.ts";
import type { Server } from "../load/target.ts";
import { dialectOf, logIn } from "../load/target.ts";
import { rssBytes } from "../measure/proc.ts";
import { percentile } from "../measure/statistics.ts";
import { startUsage } from "../measure/usage.ts";
import { fanOut, loadFanOut } from "./fan-out.ts";
import type { Effort, Measures, Scenario } from "./scenario.ts";

const NODES = 3;

/** Asks the database of a cluster one thing. */
async function ask(server: Server, text: string): Promise<number> {
  const client = new pg.Client({ connectionString: server.database?.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ value: string }>(text);
    return Number(rows[0]?.value);
  } finally {
    await client.end();
  }
}

export const clusterDelay: Scenario = {
  name: "cluster-delay",
  about:
    "One room of 30 people on three nodes, 20 lines a second. Of each line: when somebody at the node of its author had it, and when the first at " +
    "another node had it; the delay that is added is the second less the first, line by line.",
  headline: "addedP50Ms",
  peers: ["chatd-cluster"],
  columns: [
    { metric: "lines", label: "lines", format: "count" },
    { metric: "ownP50Ms", label: "same node p50", format: "ms" },
    { metric: "otherP50Ms", label: "other node p50", format: "ms" },
    { metric: "otherP99Ms", label: "other node p99", format: "ms" },
    { metric: "addedP50Ms", label: "added p50", format: "ms", better: "lower" },
    { metric: "addedP99Ms", label: "added p99", format: "ms" },
  ],
  rows: [
    { key: "cluster-delay", title: "3 nodes, light load", lobby: false, manyAddresses: false, load: measureDelay },
  ],
};

async function measureDelay(server: Server, effort: Effort): Promise<Measures> {
  const rooms = await fillRooms(server, 1, 30);
  const talk = new PacedTalk(dialectOf(server), rooms, 20);
  const nodeOfPerson = (person: Person): number => Number(person.name.slice(1)) % NODES;
  const own = new Map<number, number>();
  const other = new Map<number, number>();
  talk.onHeard = ({ latencyMs, line, by, from }) => {
    const first = nodeOfPerson(by) === nodeOfPerson(from) ? own : other;
    if (!first.has(line)) first.set(line, latencyMs);
  };
  talk.start();
  await sleep(2000);
  own.clear();
  other.clear();
  await sleep(effort.quick ? 1000 : Math.max(effort.seconds, 30) * 1000);
  talk.stop();
  await sleep(500);
  const added = [...other].flatMap(([line, ms]) => {
    const saidAtMs = own.get(line);
    return saidAtMs === undefined ? [] : [ms - saidAtMs];
  });
  return {
    lines: added.length,
    ownP50Ms: percentile([...own.values()], 0.5),
    otherP50Ms: percentile([...other.values()], 0.5),
    otherP99Ms: percentile([...other.values()], 0.99),
    addedP50Ms: percentile(added, 0.5),
    addedP99Ms: percentile(added, 0.99),
  };
}

export const clusterLines: Scenario = {
  name: "cluster-lines",
  about:
    "100 rooms with somebody at each of three nodes, and 10,000 lines a second of 71 bytes, whether or not they are delivered in time, for two " +
    "minutes: the time until somebody else has a line, the memory of all nodes after ten seconds, a minute and two, and what the database grew by, " +
    "against the text that was stored. V8 takes most of a minute to reach its size.",
  headline: "linesPerSecond",
  peers: ["chatd-cluster"],
  columns: [
    { metric: "linesPerSecond", label: "lines stored/s", format: "count", better: "higher" },
    { metric: "p50Ms", label: "p50", format: "ms" },
    { metric: "p99Ms", label: "p99", format: "ms", better: "lower" },
    { metric: "early", label: "memory at 10 s", format: "bytes" },
    { metric: "middle", label: "at 1 min", format: "bytes" },
    { metric: "late", label: "at 2 min", format: "bytes" },
    { metric: "diskRatio", label: "disk ÷ text", format: "ratio", better: "lower" },
    { metric: "serverCpu", label: "nodes' CPU", format: "share" },
    { metric: "databaseCpu", label: "database's CPU", format: "share" },
    { metric: "loadCpu", label: "load CPU", format: "share" },
    { metric: "othersCpu", label: "others' CPU", format: "share" },
  ],
  rows: [{ key: "cluster-lines", title: "3 nodes, 100 rooms", lobby: false, manyAddresses: false, load: measureLines }],
};

async function measureLines(server: Server, effort: Effort): Promise<Measures> {
  const rooms = await fillRooms(server, 100, NODES);
  const talk = new PacedTalk(dialectOf(server), rooms, effort.quick ? 1000 : 10_000);
  const memory = (): number => server.nodes.reduce((sum, { pid }) => sum + rssBytes(pid), 0);
  const stored = (): Promise<number> => ask(server, "select count(*) as value from entries where kind = 0");
  const size = (): Promise<number> => ask(server, "select pg_database_size(current_database()) as value");
  const [linesBefore, sizeBefore] = [await stored(), await size()];
  talk.start();
  await sleep(effort.quick ? 500 : 10_000);
  const early = memory();
  const latenciesMs: number[] = [];
  talk.onHeard = ({ latencyMs }) => latenciesMs.push(latencyMs);
  const stopUsage = startUsage(server);
  const saidBefore = talk.lines;
  await sleep(effort.quick ? 500 : 50_000);
  const middle = memory();
  await sleep(effort.quick ? 500 : 60_000);
  const used = stopUsage();
  const late = memory();
  const said = talk.lines - saidBefore;
  talk.stop();
  for (let i = 0; talk.waiting > 0; i++) {
    if (i === 300) throw new Error(`${talk.waiting} lines were not heard by everybody`);
    await sleep(100);
  }
  const lines = (await stored()) - linesBefore;
  if (lines !== talk.lines) throw new Error(`${lines} lines are stored of ${talk.lines}`);
  return {
    linesPerSecond: said / used.seconds,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    early,
    middle,
    late,
    memoryRatio: late / early,
    diskRatio: ((await size()) - sizeBefore) / (lines * talk.textBytes),
    serverCpu: used.serverCpu / used.seconds,
    databaseCpu: used.databaseCpu / used.seconds,
    loadCpu: used.loadCpu / used.seconds,
    othersCpu: used.othersCpu / used.seconds,
  };
}

const fanOutSize = { rooms: 1, people: 1000, inFlight: 20 };

function forEach(nodes: number): Size {
  return { rooms: 1, people: 1000 * nodes, inFlight: 20 * nodes };
}

export const clusterFanOut: Scenario = {
  name: "cluster-fan-out",
  about:
    "The fan-out of 1 room × 1,000 people with 20 lines in flight once more: at one node that has its own file, at one node on PostgreSQL, and at " +
    "three nodes; first with the same people spread over them, then with as many people and lines at each node as the single one has. Deliveries " +
    "per CPU-second are of the nodes, without the database.",
  headline: "deliveriesPerCpuSecond",
  peers: ["chatd", "chatd-postgres", "chatd-cluster"],
  columns: [...fanOut.columns, { metric: "databaseCpu", label: "database's CPU", format: "share" }],
  rows: [
    {
      key: "cluster-fan-out",
      title: "1 room × 1,000 people, 20 in flight",
      lobby: false,
      manyAddresses: false,
      load: (server, effort) => loadFanOut(server, effort, fanOutSize),
    },
    {
      key: "cluster-fan-out-each",
      title: "1 room × 1,000 people and 20 in flight at each node",
      lobby: false,
      manyAddresses: false,
      load: (server, effort) => loadFanOut(server, effort, forEach(server.nodes.length)),
    },
  ],
};

export const clusterJoins: Scenario = {
  name: "cluster-joins",
  about:
    "People come into the lobby at all three nodes at once, as fast as they are answered, until everybody is known in the database: how long that " +
    "takes, and how many transactions the database did for each of them.",
  headline: "seconds",
  peers: ["chatd-cluster"],
  columns: [
    { metric: "people", label: "people", format: "count" },
    { metric: "seconds", label: "seconds", format: "ratio", better: "lower" },
    { metric: "queries", label: "queries", format: "count" },
    { metric: "queriesPerPerson", label: "queries ÷ people", format: "ratio", better: "lower" },
    { metric: "serverCpu", label: "nodes' CPU", format: "share" },
    { metric: "databaseCpu", label: "database's CPU", format: "share" },
  ],
  rows: [500, 5000].map((each) => ({
    key: `cluster-joins-${each}`,
    title: `${each.toLocaleString("en")} at each of 3 nodes`,
    lobby: true,
    manyAddresses: true,
    load: (server: Server, effort: Effort) => measureJoins(server, effort.quick ? 50 : each),
  })),
};

async function measureJoins(server: Server, each: number): Promise<Measures> {
  const people: Person[] = [];
  const count = each * server.nodes.length;
  // What is done anyway (the lease, comparing, the heartbeat) goes with time, and is counted, too.
  const queries = (): Promise<number> =>
    ask(server, "select xact_commit as value from pg_stat_database where datname = current_database()");
  const before = await queries();
  const stopUsage = startUsage(server);
  await bounded(count, 1000 * server.nodes.length, async (index) => {
    people[index] = await logIn(server, index);
  });
  while ((await ask(server, "select count(*) as value from names where rooms <> '{}'")) < count) await sleep(50);
  const used = stopUsage();
  // What backends have done is told after a second.
  await sleep(1500);
  const done = (await queries()) - before;
  await quiet(people, 500);
  return {
    people: count,
    seconds: used.seconds,
    queries: done,
    queriesPerPerson: done / count,
    serverCpu: used.serverCpu / used.seconds,
    databaseCpu: used.databaseCpu / used.seconds,
  };
}
