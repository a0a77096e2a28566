import t from "tap";
import { kinds } from "../../src/domain/entry.ts";
import { parseUserName } from "../../src/domain/names.ts";
import { NO_RIGHTS, type Rights, rightsAfter, sessionsIn, withoutSessions } from "../../src/domain/rights.ts";
import type { Subject } from "../../src/domain/subject.ts";

const NOW = 1_795_000_000_000_000;

function about(id: number, untilMicros: number | null = null): Subject {
  const name = parseUserName(`user${id}`);
  if (!name) throw new Error("no name");
  return { id, name: name.shown, key: name.key, untilMicros };
}

function after(rights: Partial<Rights>, kind: number, subject: Subject | null): Rights {
  return rightsAfter({ ...NO_RIGHTS, ...rights }, kind, subject, NOW);
}

t.test("a new owner is no operator any more, and a room may have none", async (t) => {
  t.match(after({ owner: 1, operators: [2, 3] }, kinds.owner, about(2)), { owner: 2, operators: [3] });
  t.match(after({ owner: 1 }, kinds.owner, null), { owner: null });
  t.match(after({ owner: 1, maker: 1 }, kinds.owner, about(2)), { owner: 2, maker: 1 });
});

t.test("who is invited again is the newest, and of a thousand the oldest is forgotten", async (t) => {
  t.same(after({ invited: [1, 2, 3] }, kinds.invited, about(1)).invited, [2, 3, 1]);
  const many = Array.from({ length: 1000 }, (_, i) => i);
  const { invited } = after({ invited: many }, kinds.invited, about(5000));
  t.same([invited.length, invited[0], invited.at(-1)], [1000, 1, 5000]);
});

t.test("who is kicked or banned is neither invited nor an operator any more", async (t) => {
  const before = { operators: [1, 2], invited: [1, 2, 3] };
  for (const kind of [kinds.kicked, kinds.banned]) {
    t.match(after(before, kind, about(2)), { operators: [1], invited: [1, 3] });
  }
  t.same(after(before, kinds.kicked, about(2)).bans, []);
});

t.test("a ban replaces the one on the same name, and those that are over go", async (t) => {
  const { bans } = after({}, kinds.banned, about(2, NOW + 10));
  t.match(bans, [{ id: 2, key: "user2", name: "user2", untilMicros: NOW + 10 }]);
  t.match(after({ bans }, kinds.banned, { ...about(2), id: 7 }).bans, [{ id: 7, untilMicros: null }]);
  t.match(rightsAfter({ ...NO_RIGHTS, bans }, kinds.banned, about(3), NOW + 10).bans, [{ id: 3 }]);
});

t.test("an unban is by name", async (t) => {
  const { bans } = after({}, kinds.banned, about(2));
  t.same(after({ bans }, kinds.unbanned, { ...about(2), id: 0 }).bans, []);
  t.same(after({ bans }, kinds.unbanned, about(3)).bans, bans);
});

t.test("operators come and go", async (t) => {
  t.same(after({ operators: [1] }, kinds.operator, about(2)).operators, [1, 2]);
  t.same(after({ operators: [1, 2] }, kinds.operator, about(1)).operators, [2, 1]);
  t.same(after({ operators: [1, 2] }, kinds.noOperator, about(1)).operators, [2]);
});

t.test("an entry that is about nobody, or of a kind that a later version writes, changes nothing", async (t) => {
  const before: Rights = { owner: 1, maker: 1, operators: [2], invited: [3], bans: [] };
  for (const kind of [kinds.invited, kinds.banned, kinds.operator, kinds.destroyed, 28]) {
    t.same(rightsAfter(before, kind, null, NOW), before);
  }
});

t.test("when every session has ended, bans are left", async (t) => {
  const rights: Rights = {
    owner: 1,
    maker: 5,
    operators: [2],
    invited: [3],
    bans: after({}, kinds.banned, about(2)).bans,
  };
  t.same(withoutSessions(rights, new Set(sessionsIn(rights))), { ...NO_RIGHTS, maker: 5, bans: rights.bans });
});

t.test("when some sessions have ended, those of the others are left", (t) => {
  const rights: Rights = { owner: 1, maker: 1, operators: [2, 3], invited: [4, 5], bans: [] };
  t.same(sessionsIn(rights), [1, 2, 3, 4, 5]);
  t.same(withoutSessions(rights, new Set([2, 4])), { owner: 1, maker: 1, operators: [3], invited: [5], bans: [] });
  t.same(withoutSessions(rights, new Set([1, 3])), {
    owner: null,
    maker: 1,
    operators: [2],
    invited: [4, 5],
    bans: [],
  });
  t.same(sessionsIn(NO_RIGHTS), []);
  t.end();
});
