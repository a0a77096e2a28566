import t from "tap";
import { type ConnectionEnd, seenBeforeCrashMicros, seenMicros } from "../../../src/chat/sessions/returning.ts";
import { aWorld } from "../../support/world/people.ts";

const END: ConnectionEnd = {
  reason: "peer-closed",
  atMicros: 100_000_000,
  heardMicros: 40_000_000,
  hasPeerFinished: false,
  waitingMs: 0,
};

t.test("a broken connection has brought what was sent before the peer was heard last", async (t) => {
  t.equal(seenMicros(END), 40_000_000);
  for (const reason of ["no-answer", "too-slow", "replaced"]) t.equal(seenMicros({ ...END, reason }), 40_000_000);
  t.equal(seenMicros({ ...END, waitingMs: 70_000 }), 30_000_000, "but for what waited all the time");
});

t.test("a peer that finishes, or is disconnected by a restart, has seen all but the last two seconds", async (t) => {
  t.equal(seenMicros({ ...END, hasPeerFinished: true }), 98_000_000);
  t.equal(seenMicros({ ...END, reason: "shutdown" }), 98_000_000);
  t.equal(seenMicros({ ...END, reason: "shutdown", waitingMs: 5000 }), 95_000_000, "and what waits for it");
  t.equal(seenMicros({ ...END, reason: "too-slow", hasPeerFinished: true }), 40_000_000);
});

t.test("at a crash all have seen what was stored five seconds before the last entry", async (t) => {
  t.equal(seenBeforeCrashMicros(100_000_000), 95_000_000);
});

for (const reason of ["peer-closed", "no-answer", "too-slow", "replaced", "shutdown"]) {
  t.test(`after ${reason} one may come back`, async (t) => {
    const world = await aWorld({ graceMs: 60_000 });
    const ann = await world.enters("ann");
    await ann.breaks({ reason });
    t.equal((await world.enters("ann")).session.id, ann.session.id);
  });
}

for (const reason of ["quit", "kicked", "banned", "endless-line", "endless-subnegotiation", "too-many-keys"]) {
  t.test(`after ${reason} nothing is kept`, async (t) => {
    const world = await aWorld({ graceMs: 60_000 });
    const ann = await world.enters("ann");
    await ann.breaks({ reason });
    t.not((await world.enters("ann")).session.id, ann.session.id);
  });
}
