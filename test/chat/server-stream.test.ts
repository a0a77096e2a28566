import t from "tap";
import { broadcast, closeSession } from "../../src/chat/operations/administer.ts";
import { encodeChange } from "../../src/domain/change.ts";
import { kinds, SERVER_STREAM } from "../../src/domain/entry.ts";
import { operator } from "../../src/domain/principal.ts";
import type { Person } from "../../src/ports/presence.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import { aDraft } from "../support/world/drafts.ts";
import { aNode, FakeNode } from "../support/world/node.ts";
import { aWorld, type Person as Somebody, type World } from "../support/world/people.ts";

const ROOT = operator("root");

/** Somebody of this node, as presence knows them. */
function online({ context }: World, { session }: Somebody): Person {
  const person = context.presence.find(session.name.key);
  if (!person) throw new Error(`${session.name.shown} is not online`);
  return person;
}

t.test("on a store of its own, what the operator does needs no store", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await broadcast(world.context, ROOT, "tea is ready");
  await closeSession(world.context, ROOT, online(world, two), "enough");
  t.same(one.heard(), ["[operator]: tea is ready"]);
  t.equal(two.outlet.closed, "kicked");
  t.equal(world.store.batches.length, 0);
});

t.test("on a shared store it is stored, and holds on all nodes", async (t) => {
  const node = await aNode();
  const [one, two] = await node.enterAll("one", "two");
  const all = Promise.all([
    broadcast(node.context, ROOT, "tea is ready"),
    closeSession(node.context, ROOT, node.elsewhere("far", 999), "enough of this"),
    closeSession(node.context, ROOT, online(node, two), "you, too"),
  ]);
  await node.clock.turn();
  await all;
  t.same(one.heard(), ["[operator]: tea is ready"]);
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
    ({
      stream: SERVER_STREAM,
      pos,
      seq: 0,
      atMicros: pos,
      kind,
      authorId: null,
      author: "chatd",
      body,
      ref: null,
    }) as const;
  const entries = [entry(1, kinds.broadcast, "tea"), entry(2, kinds.expelled, `${two.session.id} go away`)];
  const news = { type: "entries", stream: SERVER_STREAM, previousAtMicros: null, entries } as const;
  let changes = 0;
  node.context.bans.listen(() => {
    changes += 1;
    return 0;
  });
  await node.hears(news, news, {
    ...news,
    entries: [entry(3, 39, "of a later version"), entry(4, kinds.expelled, "7 x"), entry(5, kinds.bansChanged, "")],
  });
  t.same(one.heard(), ["[operator]: tea"]);
  t.equal(two.outlet.closed, "kicked");
  t.match(two.heard().at(-1), "go away");
  t.equal(node.context.server.pos, 5);
  t.equal(changes, 1);
});

t.test("where it cannot be stored, the operator is told", async (t) => {
  const node = await aNode();
  node.store.fail("append", new StoreError("full", "no space"));
  const told = broadcast(node.context, ROOT, "tea").catch((error: unknown) => error);
  await node.clock.turn();
  t.match(await told, { code: "store-full" });
});

t.test("a node that starts is told nothing of what was announced before, whenever the bus speaks", async (t) => {
  const before = await aNode();
  for (const text of ["a", "b"]) {
    await before.store.storeElsewhere(
      aDraft({ stream: SERVER_STREAM, authorId: null, author: "chatd", ...encodeChange({ kind: "broadcast", text }) }),
    );
  }
  const node = new FakeNode({}, before.clock, before.store);
  const release = node.store.hold("ends");
  const started = node.start();
  await node.clock.turn();
  await node.hears({ type: "changed", stream: SERVER_STREAM });
  release();
  await started;
  await node.clock.pass(1000);
  t.equal(node.context.server.pos, 2);
  const [one] = await node.enterAll("one");
  await node.clock.pass(1000);
  t.same(one.heard(), []);
});
