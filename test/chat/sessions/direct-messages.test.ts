import t from "tap";
import { FIRST_CODES } from "../../../src/ports/absence.ts";
import { LocalHub } from "../../../src/bus/local.ts";
import type { Bus } from "../../../src/ports/bus.ts";
import { Session } from "../../../src/chat/sessions/session.ts";
import { Sessions } from "../../../src/chat/sessions/sessions.ts";
import { DirectMessages } from "../../../src/chat/sessions/direct-messages.ts";
import { FakeClock } from "../../support/world/fake-clock.ts";
import { FakeOutlet } from "../../support/world/people.ts";
import { parseUserName } from "../../../src/domain/names.ts";

/** Nodes on one bus: one where a session is, and two others. */
function aHolderAndTwoNodes() {
  const hub = new LocalHub();
  const clock = new FakeClock();
  let lastId = 100;
  const name = parseUserName("one");
  if (!name) throw new Error("no name");
  const holder = new Session(1, name, new FakeOutlet(), 0, null);
  const person = {
    id: holder.id,
    name,
    address: "192.0.2.1",
    sinceMicros: 0,
    codes: FIRST_CODES,
    rooms: new Map<number, number>(),
    node: 1,
  };
  const presence = { find: () => person, moved: () => {} };
  const join = (bus: Bus, sessions: Sessions): DirectMessages => {
    const whispers = new DirectMessages({ bus, clock, presence, newId: () => (lastId += 1) }, sessions);
    bus.listen({
      heard: (news) => {
        if (news.type === "whisper" || news.type === "probe" || news.type === "ack") whispers.hear(news);
      },
      mayHaveMissed: () => {},
    });
    return whispers;
  };
  const held = new Sessions();
  held.add(holder);
  join(hub.join(), held);
  const asks = (whispers: DirectMessages, address: string): Promise<boolean | null> =>
    whispers.isThere(person, address);
  return { clock, holder, asks, nodes: [join(hub.join(), new Sessions()), join(hub.join(), new Sessions())] as const };
}

t.test("two nodes that ask for the same session get an answer each", async (t) => {
  const { clock, holder, asks, nodes } = aHolderAndTwoNodes();
  const answers: (boolean | null)[] = [];
  void asks(nodes[0], "198.51.100.1").then((isThere) => answers.push(isThere));
  await clock.turn();
  t.same(answers, [true], "somebody from elsewhere is told that they are there");
  if (holder.outlet instanceof FakeOutlet) t.equal(holder.outlet.asked, 0, "and they are not asked for a sign");
  const { promise, resolve } = Promise.withResolvers<boolean>();
  if (holder.outlet instanceof FakeOutlet) holder.outlet.answer = promise;
  void asks(nodes[1], "192.0.2.1").then((isThere) => answers.push(isThere));
  await clock.turn();
  t.same(answers, [true], "it is not known yet");
  holder.ended();
  resolve(false);
  await clock.turn();
  t.same(answers, [true, false]);
});
