import t from "tap";
import { Session } from "../../../src/chat/sessions/session.ts";
import { Sessions } from "../../../src/chat/sessions/sessions.ts";
import { parseUserName } from "../../../src/domain/names.ts";
import type { Principal } from "../../../src/domain/principal.ts";
import { FakeOutlet } from "../../support/world/people.ts";

function aSession(id: number, text = "one"): Session {
  const name = parseUserName(text);
  if (!name) throw new Error(`not a name: ${text}`);
  return new Session(id, name, new FakeOutlet(), 0, null);
}

/** A place where somebody else's session is, too. */
class SecondPlace extends Session {
  override readonly who: Principal;

  constructor(id: number, { who }: Session) {
    super(id, who.name, new FakeOutlet(), 0, null);
    this.who = who;
  }
}

t.test("a session is found by its id and by who it belongs to, and is counted", (t) => {
  const sessions = new Sessions();
  const [one, two] = [aSession(1, "one"), aSession(2, "two")];
  sessions.add(one);
  sessions.add(two);
  t.equal(sessions.get(1), one);
  t.same(sessions.of(2), [two]);
  t.same([...sessions.all()], [one, two]);
  t.equal(sessions.size, 2);
  t.end();
});

t.test("what is nobody's, and nobody, have no session", (t) => {
  const sessions = new Sessions();
  sessions.add(aSession(1));
  t.same([sessions.get(2), sessions.get(null)], [undefined, undefined]);
  t.same([sessions.of(2), sessions.of(null)], [[], []]);
  t.end();
});

t.test("a session that is removed leaves nothing, and once more changes nothing", (t) => {
  const sessions = new Sessions();
  const [one, two] = [aSession(1, "one"), aSession(2, "two")];
  sessions.add(one);
  sessions.add(two);
  for (let i = 0; i < 2; i++) {
    sessions.remove(one);
    t.equal(sessions.get(1), undefined);
    t.same(sessions.of(1), []);
    t.same([...sessions.all()], [two]);
    t.equal(sessions.size, 1);
  }
  t.end();
});

t.test("whoever is removed takes nobody along who has the same id by now", (t) => {
  const sessions = new Sessions();
  const [old, young] = [aSession(1), aSession(1)];
  sessions.add(old);
  sessions.remove(old);
  sessions.add(young);
  sessions.remove(old);
  t.equal(sessions.get(1), young);
  t.same(sessions.of(1), [young]);
  t.equal(sessions.size, 1);
  t.end();
});

t.test("two sessions of one name are two: the end of one leaves the other", (t) => {
  const sessions = new Sessions();
  const [old, young] = [aSession(1), aSession(2)];
  sessions.add(old);
  sessions.add(young);
  sessions.remove(old);
  t.equal(sessions.get(2), young);
  t.same([sessions.of(1), sessions.of(2)], [[], [young]]);
  t.end();
});

t.test("a principal may be in several places, in the order in which they were entered", (t) => {
  const sessions = new Sessions();
  const first = aSession(1);
  const second = new SecondPlace(2, first);
  sessions.add(first);
  sessions.add(second);
  t.same(sessions.of(1), [first, second]);
  t.same(sessions.of(2), [], "that is the id of a session, and of no principal");
  t.equal(sessions.get(2), second);
  sessions.remove(first);
  t.same(sessions.of(1), [second]);
  sessions.remove(second);
  t.same(sessions.of(1), []);
  t.equal(sessions.size, 0);
  t.end();
});

t.test("whoever has a list of sessions keeps it while others come and go", (t) => {
  const sessions = new Sessions();
  const first = aSession(1);
  const second = new SecondPlace(2, first);
  sessions.add(first);
  const before = sessions.of(1);
  sessions.add(second);
  const both = sessions.of(1);
  sessions.remove(first);
  t.same([before, both], [[first], [first, second]]);
  t.end();
});

t.test("who ignores a name is found by it in any case, until they do not, or have left", (t) => {
  const sessions = new Sessions();
  const [one, two] = [aSession(1, "one"), aSession(2, "two")];
  const [troll, other] = [aSession(8, "Troll").name, aSession(9, "other").name];
  for (const session of [one, two]) sessions.add(session);
  const ignoring = (author: string): Session[] => [...sessions.ignoring(author)];
  t.same(ignoring("troll"), []);
  for (const session of [one, two, one]) sessions.ignore(session, troll);
  sessions.ignore(one, other);
  t.same([ignoring("tROLL"), ignoring("other"), ignoring("else")], [[one, two], [one], []]);
  t.same([one.ignores("TROLL"), one.ignores("else"), two.ignores("other")], [true, false, false]);
  sessions.unignore(one, troll);
  t.same([ignoring("troll"), ignoring("other"), one.ignores("troll")], [[two], [one], false]);
  for (const session of [one, two]) sessions.remove(session);
  t.same([ignoring("troll"), ignoring("other")], [[], []]);
  sessions.ignore(two, troll);
  t.same([ignoring("troll"), two.ignores("troll")], [[], false], "who has left is not remembered");
  t.end();
});
