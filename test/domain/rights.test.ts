import t from "tap";
import { type Change, decodeChange } from "../../src/domain/change.ts";
import { kinds } from "../../src/domain/entry.ts";
import { parseUserName } from "../../src/domain/names.ts";
import type { UserRef } from "../../src/domain/principal.ts";
import {
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

function ban(user: UserRef, untilMicros: number | null = null): Change {
  return { kind: "banned", user, untilMicros };
}

function after(rights: Partial<Rights>, change: Change): Rights {
  return rightsAfter({ ...NO_RIGHTS, ...rights }, change);
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
  t.match(bans, [{ id: 2, key: "user2", name: "user2", untilMicros: NOW + 10 }]);
  const again = after({ bans }, ban({ ...userOf(2), id: 7 })).bans;
  t.match(again, [{ id: 7, untilMicros: null }]);
  t.equal(again.length, 1);
});

t.test("a room remembers so many bans: past that the one goes that ends first, which is over by then", async (t) => {
  const endOf = (i: number): number | null => (i % 2 === 0 ? null : NOW + 1000 + i);
  const others = Array.from({ length: MAX_BANS - 1 }, (_, i) => ban(userOf(100 + i), endOf(i)));
  const full = others.reduce(rightsAfter, after({}, ban(userOf(3), NOW + 5)));
  t.equal(full.bans.length, MAX_BANS, "those that are over stay until then");
  t.equal(bansInForce(full, NOW + 5).length, MAX_BANS - 1);
  const { bans } = rightsAfter(full, ban(userOf(4)));
  t.same([bans.length, bans[0]?.id, bans.at(-1)?.id], [MAX_BANS, 100, 4]);
  const again = rightsAfter(full, ban(userOf(100), NOW + 1)).bans;
  t.same([again.length, again[0]?.id, again.at(-1)?.id], [MAX_BANS, 3, 100], "who is banned again takes no more place");
});

t.test("an unban is by name", async (t) => {
  const { bans } = after({}, ban(userOf(2)));
  t.same(after({ bans }, { kind: "unbanned", user: { ...userOf(2), id: 0 } }).bans, []);
  t.same(after({ bans }, { kind: "unbanned", user: userOf(3) }).bans, bans);
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
  for (const change of changes) t.same(rightsAfter(before, change), before, change.kind);
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
  const { bans } = after(after({}, ban(userOf(2), NOW + 10)), ban(userOf(3)));
  const rights: Rights = { owner: 1, maker: null, operators: [2, 3], invited: [4], bans };
  const json = encodeRights(rights);
  t.equal(
    json,
    '{"owner":1,"maker":null,"operators":[2,3],"invited":[4],"bans":[' +
      `{"id":2,"key":"user2","name":"user2","until":${NOW + 10}},` +
      '{"id":3,"key":"user3","name":"user3","until":null}]}',
  );
  t.same(decodeRights(JSON.parse(json)), rights);
  t.end();
});

t.test("an end that no ban has is none", (t) => {
  const ends = [NOW, null, Number.MAX_SAFE_INTEGER, 8.64e22];
  const stored = ends.map((until, id) => ({ id, key: `user${id}`, name: `user${id}`, until }));
  t.same(
    decodeRights({ bans: stored }).bans.map(({ untilMicros }) => untilMicros),
    [NOW, null, null, null],
  );
  t.end();
});

t.test("what an earlier version did not store of rights is as in a room without rights", (t) => {
  t.same(decodeRights(null), NO_RIGHTS);
  t.same(decodeRights({}), NO_RIGHTS);
  t.same(decodeRights({ owner: 5, invited: [6] }), { ...NO_RIGHTS, owner: 5, invited: [6] });
  t.end();
});
