import t from "tap";
import { closesStream, isMessage, kinds, movesRights } from "../../src/domain/entry.ts";

t.test("the numbers of kinds are those that are stored everywhere", (t) => {
  const messages = { said: 0, act: 1, tracked: 3, removed: 9 };
  const facts = { topic: 10, created: 11, forgotten: 12, edited: 13, removal: 14 };
  const people = { owner: 20, invited: 21, kicked: 22, banned: 23, unbanned: 24, operator: 25, noOperator: 26 };
  const server = { roomMade: 30, roomEnded: 31, broadcast: 32, expelled: 33, bansChanged: 34, applicationChanged: 35 };
  const more = { applicationEnded: 36 };
  t.same(kinds, { ...messages, ...facts, ...people, destroyed: 29, ...server, ...more });
  t.end();
});

t.test("lines, acts and events are messages, also when they are removed, and nothing else is", (t) => {
  const messages = Object.entries(kinds).filter(([, kind]) => isMessage(kind));
  t.same(
    messages.map(([name]) => name),
    ["said", "act", "tracked", "removed"],
  );
  t.end();
});

t.test("owners, invitations and ends move the rules, and nothing else does", (t) => {
  const moving = Object.entries(kinds).filter(([, kind]) => movesRights(kind));
  t.same(
    moving.map(([name]) => name),
    ["owner", "invited", "kicked", "banned", "unbanned", "operator", "noOperator", "destroyed"],
  );
  t.end();
});

t.test("only the end of a room closes its stream", (t) => {
  t.same(Object.values(kinds).filter(closesStream), [kinds.destroyed]);
  t.end();
});
