import t from "tap";
import type { BanRecord } from "../../src/ports/store.ts";
import { parseBanSubject, ServerBans } from "../../src/chat/server-bans.ts";
import { FakeClock } from "../support/world/fake-clock.ts";
import { ControlledStore } from "../support/world/controlled-store.ts";
import { FakeWatch } from "../support/world/people.ts";

const MINUTE = 60_000_000;

function someBans(): { bans: ServerBans; clock: FakeClock; store: ControlledStore } {
  const clock = new FakeClock();
  const store = new ControlledStore(clock);
  return { bans: new ServerBans(store, clock, new FakeWatch()), clock, store };
}

function aBan(subject: string, more: Partial<BanRecord> = {}): BanRecord {
  return { subject, untilMicros: null, reason: "", author: "root", atMicros: 1, ...more };
}

t.test("a ban is on an address, a range or a name, in one form", async (t) => {
  const table: Readonly<Record<string, string | null>> = {
    "192.0.2.1": "192.0.2.1",
    "::ffff:192.0.2.1": "192.0.2.1",
    "192.0.2.1/32": "192.0.2.1",
    "10.1.2.3/8": "10.0.0.0/8",
    "2001:DB8:1:2::1": "2001:db8:1:2::/64",
    "2001:db8:1:2::1/64": "2001:db8:1:2::/64",
    "2001:db8:1:2:3::1/96": "2001:db8:1:2:3::/96",
    "2001:db8:1:2::1/128": "2001:db8:1:2::1/128",
    "::ffff:192.0.2.1/128": "192.0.2.1",
    Troll: "troll",
    "not a name": null,
    "10.0.0.0/33": null,
    "": null,
  };
  for (const [text, subject] of Object.entries(table)) t.equal(parseBanSubject(text), subject, text);
});

t.test("an address is found by itself and by its range, a name by its key, others not", async (t) => {
  const { bans } = someBans();
  for (const subject of ["192.0.2.1", "10.0.0.0/8", "2001:db8::/32", "troll"]) await bans.add(aBan(subject));
  t.equal(bans.onAddress("192.0.2.1")?.subject, "192.0.2.1");
  t.equal(bans.onAddress("10.255.255.255")?.subject, "10.0.0.0/8");
  t.equal(bans.onAddress("2001:db8::7")?.subject, "2001:db8::/32");
  t.equal(bans.onName("troll")?.subject, "troll");
  for (const address of ["192.0.2.2", "11.0.0.0", "2001:db9::"]) t.equal(bans.onAddress(address), null, address);
  t.equal(bans.onName("trolls"), null);
});

t.test("a ban on a single IPv6 address holds for its /64, and one on a range for that range", async (t) => {
  const { bans } = someBans();
  const subjects = ["2001:db8:1:2::1", "2001:db8:1:3::1/128", "2001:db8:1:4:5::/80"].map(parseBanSubject);
  for (const subject of subjects) await bans.add(aBan(subject ?? ""));
  for (const address of ["2001:db8:1:2::1", "2001:db8:1:2:ffff::", "2001:db8:1:3::1", "2001:db8:1:4:5::9"]) {
    t.ok(bans.onAddress(address), address);
  }
  for (const address of ["2001:db8:1:1::1", "2001:db8:1:3::2", "2001:db8:1:4:6::9"]) {
    t.equal(bans.onAddress(address), null, address);
  }
});

t.test(
  "bans that are stored on single IPv6 addresses hold for their /64, and are lifted and replaced with it",
  async (t) => {
    const { bans, store, clock } = someBans();
    const network = "2001:db8:1:2::/64";
    const stored = async () => (await store.bans()).map(({ subject }) => subject);
    for (const address of ["2001:db8:1:2::1", "2001:db8:1:2::2"]) await store.putBan(aBan(address));
    await bans.load();
    t.equal(bans.onAddress("2001:db8:1:2::3")?.reason, "");
    t.same(
      bans.all().map(({ subject }) => subject),
      [network, network],
    );
    await bans.add(aBan(network, { untilMicros: clock.micros() + MINUTE, reason: "for a while" }));
    t.same(await stored(), [network]);
    t.match(bans.all(), [{ subject: network, reason: "for a while" }]);

    await store.putBan(aBan("2001:db8:1:2::1"));
    await bans.load();
    t.equal(await bans.remove(network), true);
    t.equal(bans.onAddress("2001:db8:1:2::1"), null);
    t.same(await stored(), []);
  },
);

t.test("of two that are stored in one /64 the one that lasts holds when the other is over", async (t) => {
  const { bans, store, clock } = someBans();
  await store.putBan(aBan("2001:db8:1:2::1", { untilMicros: clock.micros() + MINUTE }));
  await store.putBan(aBan("2001:db8:1:2::2"));
  await bans.load();
  await clock.pass(60_000);
  t.ok(bans.onAddress("2001:db8:1:2::1"));
  t.equal(bans.all().length, 1);
});

t.test("a ban ends at its time", async (t) => {
  const { bans, clock } = someBans();
  const untilMicros = clock.micros() + MINUTE;
  for (const subject of ["192.0.2.1", "10.0.0.0/8", "troll"]) await bans.add(aBan(subject, { untilMicros }));
  await clock.pass(59_999);
  t.equal(bans.all().length, 3);
  t.ok(bans.onAddress("192.0.2.1") && bans.onAddress("10.0.0.1") && bans.onName("troll"));
  await clock.pass(1);
  t.same(bans.all(), []);
  for (const ban of [bans.onAddress("192.0.2.1"), bans.onAddress("10.0.0.1"), bans.onName("troll")]) t.equal(ban, null);
});

t.test("the same subject again replaces the ban, and it is the newest", async (t) => {
  const { bans } = someBans();
  await bans.add(aBan("troll", { reason: "first" }));
  await bans.add(aBan("192.0.2.1"));
  await bans.add(aBan("troll", { reason: "second" }));
  t.same(
    bans.all().map(({ subject, reason }) => [subject, reason]),
    [
      ["192.0.2.1", ""],
      ["troll", "second"],
    ],
  );
});

t.test("one that is lifted holds no more, and one that is none is told apart", async (t) => {
  const { bans } = someBans();
  await bans.add(aBan("10.0.0.0/8"));
  t.equal(await bans.remove("10.0.0.0/8"), true);
  t.equal(bans.onAddress("10.0.0.1"), null);
  t.equal(await bans.remove("10.0.0.0/8"), false);
});

t.test("the next start finds those in force, and drops the others", async (t) => {
  const { bans, store, clock } = someBans();
  await bans.add(aBan("10.0.0.0/8"));
  await bans.add(aBan("troll", { untilMicros: clock.micros() + MINUTE }));
  await clock.pass(60_000);
  const next = new ServerBans(store, clock, new FakeWatch());
  await next.load();
  t.same(
    next.all().map(({ subject }) => subject),
    ["10.0.0.0/8"],
  );
  t.ok(next.onAddress("10.0.0.1"));
  t.equal((await store.bans()).length, 1);
});

t.test("what is over and cannot be dropped now is no reason not to start", async (t) => {
  const { bans, store, clock } = someBans();
  await bans.add(aBan("troll", { untilMicros: clock.micros() + MINUTE }));
  await clock.pass(60_000);
  store.fail("removeBan", new Error("no disk"));
  const next = new ServerBans(store, clock, new FakeWatch());
  await next.load();
  t.same(next.all(), []);
});

t.test("a ban that cannot be stored does not hold", async (t) => {
  const { bans, store } = someBans();
  store.fail("putBan", new Error("no disk"));
  await t.rejects(bans.add(aBan("troll")), { message: "no disk" });
  t.equal(bans.onName("troll"), null);
});
