import t from "tap";
import { type Change, decodeChange, type NewBan } from "../../src/domain/change.ts";
import { kinds } from "../../src/domain/entry.ts";
import { parseUserName } from "../../src/domain/names.ts";
import type { UserRef } from "../../src/domain/principal.ts";
import {
  banOnNetwork,
  bansInForce,
  decodeRights,
  encodeRights,
  MAX_BANS,
  NO_RIGHTS,
  type Rights,
  rightsAfter,
  principalsIn,
  withoutPrincipals,
} from "../../src/domain/rights.ts";

const NOW = 1_795_000_000_000_000;

function userOf(id: number): UserRef {
  const name = parseUserName(`user${id}`);
  if (!name) throw new Error("no name");
  return { id, name };
}

function ban(user: UserRef, untilMicros: number | null = null, network: string | null = null): NewBan {
  return { kind: "banned", user, untilMicros, network, reason: "" };
}

function after(rights: Partial<Rights>, ...changes: readonly Change[]): Rights {
  return changes.reduce((before, change) => rightsAfter(before, change, "Ann"), { ...NO_RIGHTS, ...rights });
}

t.test("a new owner is no operator any more, and a room may have none", async (t) => {
  t.match(after({ owner: 1, operators: [2, 3] }, { kind: "owner", user: userOf(2) }), { owner: 2, operators: [3] });
  t.match(after({ owner: 1 }, { kind: "owner", user: null }), { owner: null });
  t.match(after({ owner: 1, maker: 1 }, { kind: "owner", user: userOf(2) }), { owner: 2, maker: 1 });
});

t.test("who is invited again is the newest, and of a thousand the oldest is forgotten", async (t) => {
  t.same(after({ invited: [1, 2, 3] }, { kind: "invited", user: userOf(1) }).invited, [2, 3, 1]);
  const many = Array.from({ length: 1000 }, (_, i) => i);
  const { invited } = after({ invited: many }, { kind: "invited", user: userOf(5000) });
  t.same([invited.length, invited[0], invited.at(-1)], [1000, 1, 5000]);
});

t.test("who is kicked or banned is neither invited nor an operator any more", async (t) => {
  const before = { operators: [1, 2], invited: [1, 2, 3] };
  for (const change of [{ kind: "kicked", user: userOf(2) } as const, ban(userOf(2))]) {
    t.match(after(before, change), { operators: [1], invited: [1, 3] });
  }
  t.same(after(before, { kind: "kicked", user: userOf(2) }).bans, []);
});

t.test("a ban replaces the one on the same name", async (t) => {
  const { bans } = after({}, ban(userOf(2), NOW + 10));
  t.same(bans, [{ id: 2, key: "user2", name: "user2", untilMicros: NOW + 10, by: "Ann", network: null, reason: "" }]);
  const again = after({ bans }, ban({ ...userOf(2), id: 7 })).bans;
  t.match(again, [{ id: 7, untilMicros: null }]);
  t.equal(again.length, 1);
});

t.test("a room remembers so many bans: past that the one goes that ends first, which is over by then", async (t) => {
  const endOf = (i: number): number | null => (i % 2 === 0 ? null : NOW + 1000 + i);
  const others = Array.from({ length: MAX_BANS - 1 }, (_, i) => ban(userOf(100 + i), endOf(i)));
  const full = after({}, ban(userOf(3), NOW + 5), ...others);
  t.equal(full.bans.length, MAX_BANS, "those that are over stay until then");
  t.equal(bansInForce(full, NOW + 5).length, MAX_BANS - 1);
  const { bans } = after(full, ban(userOf(4)));
  t.same([bans.length, bans[0]?.id, bans.at(-1)?.id], [MAX_BANS, 100, 4]);
  const again = after(full, ban(userOf(100), NOW + 1)).bans;
  t.same([again.length, again[0]?.id, again.at(-1)?.id], [MAX_BANS, 3, 100], "who is banned again takes no more place");
});

t.test("an unban is by name", async (t) => {
  const { bans } = after({}, ban(userOf(2)));
  t.same(after({ bans }, { kind: "unbanned", user: { ...userOf(2), id: 0 } }).bans, []);
  t.same(after({ bans }, { kind: "unbanned", user: userOf(3) }).bans, bans);
});

t.test("a ban on an address keeps it out until its end, of several until the last, and is lifted with the ban", (t) => {
  const rights = after(
    {},
    ban(userOf(2), NOW + 10, "192.0.2.1"),
    ban(userOf(3), NOW + 30, "192.0.2.1"),
    ban(userOf(4), NOW + 20, "192.0.2.1"),
    ban(userOf(5), null, "2001:db8::/64"),
  );
  const endOn = (network: string | null, atMicros: number) => banOnNetwork(rights, network, atMicros)?.untilMicros;
  t.equal(endOn("192.0.2.1", NOW), NOW + 30);
  t.equal(endOn("192.0.2.1", NOW + 30), undefined);
  t.equal(endOn("2001:db8::/64", NOW + 30), null);
  for (const network of ["192.0.2.2", null]) t.equal(endOn(network, NOW), undefined, `${network}`);
  const lasting = after(rights, ban(userOf(6), null, "192.0.2.1"));
  t.equal(banOnNetwork(lasting, "192.0.2.1", NOW)?.untilMicros, null, "one without an end is the last");
  const lifted = after(rights, { kind: "unbanned", user: { ...userOf(5), id: 0 } });
  t.equal(banOnNetwork(lifted, "2001:db8::/64", NOW), undefined);
  t.end();
});

t.test("operators come and go", async (t) => {
  t.same(after({ operators: [1] }, { kind: "operator", user: userOf(2) }).operators, [1, 2]);
  t.same(after({ operators: [1, 2] }, { kind: "operator", user: userOf(1) }).operators, [2, 1]);
  t.same(after({ operators: [1, 2] }, { kind: "noOperator", user: userOf(1) }).operators, [2]);
});

t.test("an entry that is about nobody, or of a kind that a later version writes, changes nothing", async (t) => {
  for (const kind of [kinds.invited, kinds.banned, kinds.operator, 28]) {
    t.equal(decodeChange({ kind, body: "" }), null, `kind ${kind}`);
  }
  const before: Rights = { owner: 1, maker: 1, operators: [2], invited: [3], bans: [] };
  const changes: readonly Change[] = [
    { kind: "destroyed" },
    { kind: "created" },
    { kind: "topic", text: "2 user2" },
    { kind: "said", text: "2 user2" },
    { kind: "roomEnded", room: 2 },
  ];
  for (const change of changes) t.same(rightsAfter(before, change, "Ann"), before, change.kind);
});

t.test("when every session has ended, bans are left", async (t) => {
  const rights: Rights = {
    owner: 1,
    maker: 5,
    operators: [2],
    invited: [3],
    bans: after({}, ban(userOf(2))).bans,
  };
  t.same(withoutPrincipals(rights, new Set(principalsIn(rights))), { ...NO_RIGHTS, maker: 5, bans: rights.bans });
});

t.test("when some sessions have ended, those of the others are left", (t) => {
  const rights: Rights = { owner: 1, maker: 1, operators: [2, 3], invited: [4, 5], bans: [] };
  t.same(principalsIn(rights), [1, 2, 3, 4, 5]);
  t.same(withoutPrincipals(rights, new Set([2, 4])), { owner: 1, maker: 1, operators: [3], invited: [5], bans: [] });
  t.same(withoutPrincipals(rights, new Set([1, 3])), {
    owner: null,
    maker: 1,
    operators: [2],
    invited: [4, 5],
    bans: [],
  });
  t.same(principalsIn(NO_RIGHTS), []);
  t.end();
});

t.test("rights are stored as JSON, in which a ban ends at `until`, and come back as they were", (t) => {
  const { bans } = after({}, ban(userOf(2), NOW + 10, "192.0.2.1"), { ...ban(userOf(3)), reason: "spam" });
  const rights: Rights = { owner: 1, maker: null, operators: [2, 3], invited: [4], bans };
  const json = encodeRights(rights);
  t.equal(
    json,
    '{"owner":1,"maker":null,"operators":[2,3],"invited":[4],"bans":[' +
      `{"id":2,"key":"user2","name":"user2","by":"Ann","network":"192.0.2.1","reason":"","until":${NOW + 10}},` +
      '{"id":3,"key":"user3","name":"user3","by":"Ann","network":null,"reason":"spam","until":null}]}',
  );
  t.same(decodeRights(JSON.parse(json)), rights);
  t.end();
});

t.test(
  "a ban that an earlier version stored is on the user alone, by nobody known, for no reason, and may have the end of none",
  (t) => {
    const stored = [
      { id: 2, key: "user2", name: "user2", until: NOW },
      { id: 3, key: "user3", name: "user3", until: Number.MAX_SAFE_INTEGER },
      { id: 4, key: "user4", name: "user4", until: 8.64e22 },
    ];
    t.same(
      decodeRights({ bans: stored }).bans.map(({ key: _key, name: _name, ...ban }) => ban),
      [NOW, null, null].map((untilMicros, i) => ({ id: i + 2, untilMicros, by: null, network: null, reason: "" })),
    );
    t.end();
  },
);

t.test("what an earlier version did not store of rights is as in a room without rights", (t) => {
  t.same(decodeRights(null), NO_RIGHTS);
  t.same(decodeRights({}), NO_RIGHTS);
  t.same(decodeRights({ owner: 5, invited: [6] }), { ...NO_RIGHTS, owner: 5, invited: [6] });
  t.end();
});
