import t from "tap";
import { Admission, type AdmissionLimits, type AdmissionRefusal } from "../../src/gate/admission.ts";
import { Ranges } from "../../src/domain/ranges.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

const NO_LIMITS: AdmissionLimits = {
  maxConnections: 0,
  maxConnectionsPerAddress: 0,
  maxNewPerMinute: 0,
  trustedProxy: new Ranges([]),
};

function anAdmission(limits: Partial<AdmissionLimits>): { admission: Admission; clock: FakeClock } {
  const clock = new FakeClock();
  return { admission: new Admission({ ...NO_LIMITS, ...limits }, clock), clock };
}

/** What so many who come one after the other are told; null: come in. */
function enter(admission: Admission, address: string, times: number): (AdmissionRefusal | null)[] {
  return Array.from({ length: times }, () => admission.enter(address));
}

t.test("so many connections at once, and not one more until one leaves", async (t) => {
  const { admission } = anAdmission({ maxConnections: 2 });
  t.equal(admission.enter("192.0.2.1"), null);
  t.equal(admission.enter("192.0.2.2"), null);
  t.equal(admission.enter("192.0.2.3"), "max-connections");
  t.equal(admission.open, 2);
  admission.leave("192.0.2.1");
  t.equal(admission.enter("192.0.2.3"), null);
});

t.test("so many connections at once from one address, and from others too", async (t) => {
  const { admission } = anAdmission({ maxConnectionsPerAddress: 2 });
  t.same(enter(admission, "192.0.2.1", 3), [null, null, "max-connections-per-address"]);
  t.same(enter(admission, "192.0.2.2", 3), [null, null, "max-connections-per-address"]);
  admission.leave("192.0.2.1");
  t.same(enter(admission, "192.0.2.1", 2), [null, "max-connections-per-address"]);
});

t.test("an IPv6 /64 is one address", async (t) => {
  const { admission } = anAdmission({ maxConnectionsPerAddress: 1 });
  t.equal(admission.enter("2001:db8::1"), null);
  t.equal(admission.enter("2001:db8::ffff:0:0:1"), "max-connections-per-address");
  t.equal(admission.enter("2001:db8:0:1::1"), null);
});

t.test("so many new ones a minute, whether they stay or not, and more as time passes", async (t) => {
  const { admission, clock } = anAdmission({ maxNewPerMinute: 60 });
  const inside = enter(admission, "192.0.2.1", 60);
  t.ok(inside.every((refusal) => refusal === null));
  for (let i = 0; i < 60; i++) admission.leave("192.0.2.1");
  t.equal(admission.enter("192.0.2.1"), "max-new-per-minute");
  t.equal(admission.enter("192.0.2.2"), null);
  await clock.pass(1000);
  t.same(enter(admission, "192.0.2.1", 2), [null, "max-new-per-minute"]);
});

t.test("who is refused holds no place", async (t) => {
  const { admission } = anAdmission({ maxNewPerMinute: 1, maxConnections: 10 });
  enter(admission, "192.0.2.1", 5);
  t.equal(admission.open, 1);
});

t.test("trusted ranges are exempt from the limits per address, and from the whole one not", async (t) => {
  const trustedProxy = new Ranges(["10.0.0.0/8"]);
  const { admission } = anAdmission({
    maxConnections: 4,
    maxConnectionsPerAddress: 1,
    maxNewPerMinute: 1,
    trustedProxy,
  });
  t.same(enter(admission, "10.1.2.3", 5), [null, null, null, null, "max-connections"]);
});

t.test("0 is no limit", async (t) => {
  const { admission } = anAdmission({});
  t.ok(enter(admission, "192.0.2.1", 1000).every((refusal) => refusal === null));
});

t.test("limits that are replaced hold at once", async (t) => {
  const { admission } = anAdmission({});
  enter(admission, "192.0.2.1", 3);
  admission.limits = { ...NO_LIMITS, maxConnectionsPerAddress: 3 };
  t.equal(admission.enter("192.0.2.1"), "max-connections-per-address");
  admission.limits = NO_LIMITS;
  t.equal(admission.enter("192.0.2.1"), null);
});

t.test("who has gone is forgotten within two minutes, who stays is not", async (t) => {
  const { admission, clock } = anAdmission({ maxConnectionsPerAddress: 1 });
  for (let i = 0; i < 200; i++) {
    admission.enter(`192.0.2.${i}`);
    if (i > 0) admission.leave(`192.0.2.${i}`);
  }
  t.equal(admission.networks, 200);
  await clock.pass(120_000);
  t.equal(admission.networks, 1);
  t.equal(admission.enter("192.0.2.0"), "max-connections-per-address");
  admission.leave("192.0.2.0");
  await clock.pass(120_000);
  t.equal(admission.networks, 0);
  await clock.pass(120_000);
  t.equal(admission.enter("192.0.2.0"), null);
});

t.test("somebody with very many networks fills no memory, and opens no door for those who are in", async (t) => {
  const { admission } = anAdmission({ maxConnectionsPerAddress: 1 });
  admission.enter("192.0.2.1");
  for (let i = 0; i < 100_001; i++) {
    const address = `2001:db8:${(i >> 16).toString(16)}:${(i & 0xffff).toString(16)}::1`;
    admission.enter(address);
    admission.leave(address);
  }
  t.ok(admission.networks < 100_000);
  t.equal(admission.enter("192.0.2.1"), "max-connections-per-address");
});
