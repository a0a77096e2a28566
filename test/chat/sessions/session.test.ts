import t from "tap";
import { parseUserName } from "../../../src/domain/names.ts";
import { Session } from "../../../src/chat/sessions/session.ts";
import { FakeOutlet } from "../../support/world/people.ts";

function aSession(): { session: Session; outlet: FakeOutlet } {
  const name = parseUserName("one");
  if (!name) throw new Error("no name");
  const outlet = new FakeOutlet();
  return { session: new Session(1, name, outlet, 0, null), outlet };
}

t.test("counts the lines that wait", (t) => {
  const { session } = aSession();
  session.lineWaits();
  session.lineWaits();
  t.equal(session.linesWaiting, 2);
  session.lineSettled();
  t.equal(session.linesWaiting, 1);
  t.end();
});

t.test("its input goes on when the last line that waited is settled, and not before", (t) => {
  const { session, outlet } = aSession();
  session.lineWaits();
  session.lineWaits();
  session.lineSettled();
  t.equal(outlet.resumed, 0);
  session.lineSettled();
  t.equal(outlet.resumed, 1);
  t.end();
});

t.test("is settled at once when nothing waits", async (t) => {
  const { session } = aSession();
  await t.resolves(session.whenSettled());
});

t.test("is settled, for everybody who waits for it, when its last line is", async (t) => {
  const { session } = aSession();
  session.lineWaits();
  session.lineWaits();
  let settled = 0;
  const waiting = [1, 2].map(() => session.whenSettled().then(() => (settled += 1)));
  session.lineSettled();
  await Promise.resolve();
  t.equal(settled, 0);
  session.lineSettled();
  await Promise.all(waiting);
  t.equal(settled, 2);
});
