import t from "tap";
import { broadcast, sendAway } from "../../src/chat/server-stream.ts";
import { kinds, SERVER_STREAM } from "../../src/domain/entry.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import { aNode } from "../support/node.ts";
import { aWorld } from "../support/people.ts";

t.test("on a store of its own, what the operator does needs no store", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await broadcast(world.chat, "tea is ready");
  await sendAway(world.chat, two.session, "enough");
  t.same(one.heard(), ["[*]: tea is ready"]);
  t.equal(two.outlet.closed, "kicked");
  t.equal(world.store.batches.length, 0);
});

t.test("on a shared store it is stored, and holds on all nodes", async (t) => {
  const node = await aNode();
  const [one, two] = await node.enterAll("one", "two");
  const all = Promise.all([
    broadcast(node.chat, "tea is ready"),
    sendAway(node.chat, node.elsewhere("far", 999), "enough of this"),
    sendAway(node.chat, two.session, "you, too"),
  ]);
  await node.clock.turn();
  await all;
  t.same(one.heard(), ["[*]: tea is ready"]);
  t.match(two.heard().join("\n"), "you, too");
  t.same(
    node.store.entriesOf(SERVER_STREAM).map(({ kind, body }) => [kind, body]),
    [
      [kinds.broadcast, "tea is ready"],
      [kinds.expelled, "999 enough of this"],
    ],
  );
  t.match(node.bus.published.at(-1), { type: "entries", stream: SERVER_STREAM });
});

t.test("what another node's operator does holds here, once, also when the bus tells of it twice", async (t) => {
  const node = await aNode();
  const [one, two] = await node.enterAll("one", "two");
  const entry = (pos: number, kind: number, body: string) =>
    ({ stream: SERVER_STREAM, pos, seq: 0, atMicros: pos, kind, authorId: null, author: "chatd", body }) as const;
  const entries = [entry(1, kinds.broadcast, "tea"), entry(2, kinds.expelled, `${two.session.id} go away`)];
  const news = { type: "entries", stream: SERVER_STREAM, previousAtMicros: null, entries } as const;
  let changes = 0;
  node.chat.onBansChanged = () => (changes += 1);
  await node.hears(news, news, {
    ...news,
    entries: [entry(3, 39, "of a later version"), entry(4, kinds.expelled, "7 x"), entry(5, kinds.bansChanged, "")],
  });
  t.same(one.heard(), ["[*]: tea"]);
  t.equal(two.outlet.closed, "kicked");
  t.match(two.heard().at(-1), "go away");
  t.equal(node.chat.server.pos, 5);
  t.equal(changes, 1);
});

t.test("where it cannot be stored, the operator is told", async (t) => {
  const node = await aNode();
  node.store.fail("append", new StoreError("full", "no space"));
  const told = broadcast(node.chat, "tea").catch((error: unknown) => error);
  await node.clock.turn();
  t.match(await told, { code: "store-full" });
});
