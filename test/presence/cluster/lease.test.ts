import t from "tap";
import { StoreError } from "../../../src/ports/store-error.ts";
import { Lease } from "../../../src/presence/cluster/lease.ts";
import type { NewNode, NodeTable, Renewed, Swept } from "../../../src/presence/cluster/node-table.ts";
import { FakeClock } from "../../support/world/fake-clock.ts";

const LEASE_MS = 10_000;
const RENEW_MS = 2000;
/** A node that could not renew for so long speaks for its people no more. */
const SILENT_MS = 8000;
const OTHER = 9;
const NOTHING: Swept = { nodes: [], sessions: [] };
const AWAY = new StoreError("unavailable", "away");

/** The table in a test's hands: what it answers, and when. */
class FakeNodeTable implements NodeTable {
  readonly calls: string[] = [];
  readonly registered: NewNode[] = [];
  /** What the table has of the node; null: it was taken for dead. */
  self: Renewed["self"] = { version: 0, upSinceMicros: 100 };
  readonly others = new Map<number, number>();
  swept: Swept = NOTHING;
  takesNodes = true;
  /** Null: it answers. */
  failure: unknown = null;
  #held: Promise<void> | null = null;

  /** What is asked from now on waits until the function that is returned is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held = promise;
    return () => {
      this.#held = null;
      resolve();
    };
  }

  async register(node: NewNode): Promise<number> {
    await this.#answer("register");
    if (!this.takesNodes) throw AWAY;
    this.registered.push(node);
    this.self = { version: 0, upSinceMicros: 100 + this.registered.length };
    return this.self.upSinceMicros;
  }

  async renew(): Promise<Renewed> {
    await this.#answer("renew");
    return { self: this.self, others: new Map(this.others) };
  }

  async sweep(): Promise<Swept> {
    await this.#answer("sweep");
    return this.swept;
  }

  async remove(id: number): Promise<void> {
    await this.#answer(`remove ${this.registered.findIndex((node) => node.id === id)}`);
  }

  async #answer(call: string): Promise<void> {
    this.calls.push(call);
    await this.#held;
    if (this.failure !== null) throw this.failure;
  }
}

function aLease() {
  const clock = new FakeClock();
  const table = new FakeNodeTable();
  /** What the hooks were told, in order. */
  const events: string[] = [];
  const renewals: ReadonlyMap<number, number>[] = [];
  const lease = new Lease(
    table,
    clock,
    { leaseMs: LEASE_MS, host: "here", version: "1.2.3", graceMs: () => 0 },
    {
      renewed: (versions) => renewals.push(versions),
      lapsed: () => events.push("lapsed"),
      restored: () => events.push("restored"),
      became: () => events.push(`became ${table.registered.findIndex(({ id }) => id === lease.identity.id)}`),
      isolated: (isIsolated) => events.push(isIsolated ? "isolated" : "connected"),
      swept: (nodes, sessions) => events.push(`swept ${nodes.join()} with ${sessions?.join()}`),
      failed: (error) => events.push(error instanceof StoreError ? error.code : String(error)),
    },
  );
  return { clock, table, lease, events, renewals };
}

async function aRunningLease() {
  const running = aLease();
  await running.lease.start();
  running.table.calls.length = 0;
  return running;
}

t.test("a node makes itself known, and renews its lease five times in each", async (t) => {
  const { clock, table, lease, events, renewals } = aLease();
  await lease.start();
  t.match(table.registered, [{ id: lease.identity.id, host: "here", version: "1.2.3", leaseMs: LEASE_MS, former: [] }]);
  t.same(table.calls, ["register"]);
  await clock.pass(RENEW_MS - 1);
  t.same(table.calls, ["register"]);
  await clock.pass(1);
  t.same(table.calls, ["register", "renew", "sweep"]);
  await clock.pass(LEASE_MS - RENEW_MS);
  t.equal(renewals.length, 5);
  await clock.pass(10 * LEASE_MS);
  t.equal(renewals.length, 55);
  t.same(events, [], "and nothing else happens");
});

t.test("a node that cannot make itself known does not begin", async (t) => {
  const { clock, table, lease } = aLease();
  table.failure = AWAY;
  await t.rejects(lease.start(), AWAY);
  await clock.pass(LEASE_MS);
  t.same(table.calls, ["register"]);
});

t.test("each renewal tells what versions the people of the others have", async (t) => {
  const { clock, table, renewals } = await aRunningLease();
  table.others.set(OTHER, 5);
  await clock.pass(RENEW_MS);
  t.same(renewals, [new Map([[OTHER, 5]])]);
});

t.test("a renewal may be wished for, and one at a time is under way", async (t) => {
  const { clock, table, lease } = await aRunningLease();
  const release = table.hold();
  const renewals = [lease.renew(), lease.renew()];
  t.same(table.calls, ["renew"]);
  release();
  await Promise.all(renewals);
  t.same(table.calls, ["renew", "sweep"]);
  await clock.pass(RENEW_MS - 1);
  t.equal(table.calls.length, 2, "the next one is due after the last one");
  await clock.pass(1);
  t.equal(table.calls.length, 4);
});

t.test(
  "without a renewal the node is isolated before its lease ends, and with the next one it is not any more",
  async (t) => {
    const { clock, table, events } = await aRunningLease();
    table.failure = AWAY;
    await clock.pass(SILENT_MS - 1);
    t.same(events, ["unavailable", "unavailable", "unavailable"], "it is tried all the time");
    await clock.pass(1);
    t.ok(events.includes("isolated"));
    await clock.pass(LEASE_MS);
    t.equal(events.filter((event) => event === "isolated").length, 1, "that is told once");
    table.failure = null;
    events.length = 0;
    await clock.pass(RENEW_MS);
    t.same(events, ["connected"]);
  },
);

t.test(
  "a lease counts from when its renewal was asked for, since it may have been given as early as that",
  async (t) => {
    const { clock, table, events } = await aRunningLease();
    await clock.pass(RENEW_MS - 1);
    const release = table.hold();
    await clock.pass(1);
    await clock.pass(3000);
    release();
    await clock.turn();
    t.same(events, []);
    table.failure = AWAY;
    await clock.pass(SILENT_MS - 3000 - 1);
    t.notOk(events.includes("isolated"));
    await clock.pass(1);
    t.ok(events.includes("isolated"));
  },
);

t.test("an answer that comes when the lease may be over again connects nobody", async (t) => {
  const { clock, table, events, renewals } = await aRunningLease();
  const release = table.hold();
  await clock.pass(RENEW_MS);
  await clock.pass(SILENT_MS - RENEW_MS);
  t.same(events, ["isolated"], "an answer that does not come is none");
  await clock.pass(RENEW_MS);
  release();
  await clock.turn();
  t.equal(renewals.length, 1);
  t.same(events, ["isolated"]);
  await clock.pass(RENEW_MS);
  t.same(events, ["isolated", "connected"]);
});

t.test("an answer that comes too late for its lease isolates the node, though it was not before", async (t) => {
  const { clock, table, lease, events } = await aRunningLease();
  await clock.pass(RENEW_MS);
  const release = table.hold();
  void lease.renew();
  // Nothing of this process ran meanwhile: the time of its timers is over, too.
  clock.monotonicMs = () => RENEW_MS + SILENT_MS;
  release();
  await clock.turn();
  await clock.pass(0);
  t.same(events, ["isolated"]);
});

t.test("a lease that had run out before it was renewed is told of: others may have swept meanwhile", async (t) => {
  const { clock, table, events } = await aRunningLease();
  await clock.pass(RENEW_MS);
  t.same(events, []);
  table.self = { version: 0, upSinceMicros: 500 };
  await clock.pass(RENEW_MS);
  t.same(events, ["lapsed"]);
  await clock.pass(RENEW_MS);
  t.same(events, ["lapsed"], "once");
});

t.test("a database that has an older version of the people than it told was restored", async (t) => {
  const { clock, table, lease, events } = await aRunningLease();
  lease.identity.told(lease.identity, 7);
  table.self = { version: 7, upSinceMicros: 101 };
  await clock.pass(RENEW_MS);
  t.same(events, []);
  table.self = { version: 6, upSinceMicros: 500 };
  await clock.pass(RENEW_MS);
  t.same(events, ["restored"], "that says more than that the lease had run out");
  lease.identity.wasCompared(6);
  await clock.pass(RENEW_MS);
  t.same(events, ["restored"]);
});

t.test(
  "a write that finds the database restored tells so, and one that finds the node gone renews at once",
  async (t) => {
    const { clock, table, lease, events } = await aRunningLease();
    const { identity } = lease;
    identity.told(identity, 7);
    identity.refusal("claim names", "past", identity.signature);
    t.same(events, ["restored"]);
    t.same(table.calls, []);
    identity.refusal("claim names", "fenced", identity.signature);
    t.same(table.calls, ["renew"]);
    await clock.turn();
  },
);

t.test("a node that was taken for dead becomes another, and what it was is removed", async (t) => {
  const { clock, table, lease, events, renewals } = await aRunningLease();
  const { identity } = lease;
  const first = identity.id;
  identity.told(identity, 7);
  table.self = null;
  // In a database that was restored, the node may be there under an id that it had.
  table.others.set(OTHER, 5).set(first, 3);
  await clock.pass(RENEW_MS);
  t.not(identity.id, first);
  t.match(table.registered[1], { id: identity.id, former: [first] });
  t.same(events, ["became 1"]);
  t.equal(identity.signature.version, 0, "the database knows nothing of its people");
  t.same(renewals.at(-1), new Map([[OTHER, 5]]), "it is not one of the others to itself");
  await clock.pass(RENEW_MS);
  t.same(events, ["became 1"], "and its new lease has not run out");
  table.self = null;
  await clock.pass(RENEW_MS);
  t.same(table.registered[2]?.former, [first, table.registered[1]?.id], "it remembers all that it was");
});

t.test("a node is isolated until it has become another, and where that fails it stays what it was", async (t) => {
  const { clock, table, lease, events } = await aRunningLease();
  const first = lease.identity.id;
  table.failure = AWAY;
  await clock.pass(SILENT_MS);
  table.self = null;
  table.failure = null;
  events.length = 0;
  table.takesNodes = false;
  await clock.pass(RENEW_MS);
  t.same(events, ["unavailable"]);
  t.equal(lease.identity.id, first);
  table.takesNodes = true;
  await clock.pass(RENEW_MS);
  t.same(events, ["unavailable", "became 1", "connected"]);
});

t.test("each renewal sweeps, and what that removed is told of", async (t) => {
  const { clock, table, events } = await aRunningLease();
  table.swept = { nodes: [OTHER, 10], sessions: [1, 2, 3] };
  await clock.pass(RENEW_MS);
  table.swept = { nodes: [11], sessions: [] };
  await clock.pass(RENEW_MS);
  table.swept = NOTHING;
  await clock.pass(RENEW_MS);
  t.same(events, ["swept 9,10 with 1,2,3", "swept 11 with "]);
});

t.test("a sweep that fails is reported, and the lease holds all the same", async (t) => {
  const { clock, table, events } = await aRunningLease();
  table.sweep = () => Promise.reject(AWAY);
  await clock.pass(LEASE_MS);
  t.same(new Set(events), new Set(["unavailable"]));
});

t.test("a node that stops is removed at once, and does nothing after that", async (t) => {
  const { clock, table, lease, events } = await aRunningLease();
  await lease.stop();
  t.same(table.calls, ["remove 0"]);
  await clock.pass(10 * LEASE_MS);
  t.same([table.calls, events], [["remove 0"], []]);
});

t.test("a node that stops waits for what is under way, and does not come back as another", async (t) => {
  const { clock, table, lease, events } = await aRunningLease();
  const release = table.hold();
  await clock.pass(RENEW_MS);
  table.self = null;
  const stopped = lease.stop();
  await clock.turn();
  t.same(table.calls, ["renew"]);
  release();
  await stopped;
  t.same(table.calls, ["renew", "sweep", "remove 0"]);
  t.equal(table.registered.length, 1);
  await clock.pass(LEASE_MS);
  t.same([table.calls.length, events], [3, []]);
});

t.test("a node that stops while the database is away stops all the same: its lease ends by itself", async (t) => {
  const { table, lease } = await aRunningLease();
  table.failure = AWAY;
  await t.resolves(lease.stop());
});
