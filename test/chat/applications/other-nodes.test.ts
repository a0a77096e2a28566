import t from "tap";
import { type Change, encodeChange } from "../../../src/domain/change.ts";
import { SERVER_STREAM } from "../../../src/domain/entry.ts";
import { labelOf } from "../../../src/domain/names.ts";
import { StoreError } from "../../../src/ports/store-error.ts";
import { addCeltra, TOKEN } from "../../support/world/celtra.ts";
import { aNode, type FakeNode } from "../../support/world/node.ts";

/** A node that knows an application, whose first room somebody is in. */
async function aCeltraNode() {
  const node = await aNode();
  const [one, two] = await node.enterAll("one", "two");
  const celtra = await addCeltra(node);
  await one.says(`/enter celtra ${TOKEN}`, "/join 1");
  one.heard();
  return { node, one, two, celtra };
}

/** Another node has changed or ended an application, and says so. */
async function told(node: FakeNode, change: Change): Promise<void> {
  await node.store.storeElsewhere({
    stream: SERVER_STREAM,
    authorId: null,
    author: "chatd",
    ...encodeChange(change),
  });
  await node.hears({ type: "changed", stream: SERVER_STREAM });
  await node.clock.pass(1000);
}

t.test("an application that is made, renamed or closed at another node is so here", async (t) => {
  const { node, one, two, celtra } = await aCeltraNode();
  const { id } = (await node.store.createApplication({
    handle: labelOf("acme"),
    title: "acme",
    token: "6f1c2b0a-0000-4000-8000-000000000002",
  })) ?? { id: 0 };
  await node.store.changeApplication(id, { isOpen: true });
  t.equal(await two.refusal("/enter acme"), "no-such-application", "not told yet");
  await told(node, { kind: "applicationChanged", application: id });
  t.equal(await two.refusal("/enter acme"), null);
  await node.store.changeApplication(id, { isOpen: false });
  await node.store.changeApplication(celtra.id, { handle: labelOf("Other"), title: "Other" });
  two.heard();
  await told(node, { kind: "applicationChanged", application: id });
  t.same(two.heard(), ["Names of rooms mean those of main again."]);
  t.match(await one.says("/where"), [/^You talk in Other\/1\./]);
});

t.test("one that ends at another node takes its rooms with it", async (t) => {
  const { node, one, celtra } = await aCeltraNode();
  await node.store.endApplication(celtra.id);
  await told(node, { kind: "applicationEnded", application: celtra.id });
  t.same(one.heard(), [
    "[*]: The operator destroyed room Celtra/1.",
    "You talk in no room right now. Type /join lobby to talk there.",
    "Names of rooms mean those of main again.",
  ]);
  t.equal(await one.refusal("/join celtra/1"), "no-such-room");
});

t.test("what was read before an end and comes after it brings nothing back", async (t) => {
  const { node, one, celtra } = await aCeltraNode();
  const { store } = node;
  const before = await store.applications();
  const { promise, resolve } = Promise.withResolvers<typeof before>();
  const read = store.applications.bind(store);
  store.applications = () => promise;
  await told(node, { kind: "applicationChanged", application: celtra.id });
  store.applications = read;
  await store.endApplication(celtra.id);
  // A connection answers in the order in which it was asked.
  store.applications = () => promise.then(read);
  await told(node, { kind: "applicationEnded", application: celtra.id });
  t.equal(await one.refusal("/enter celtra"), "no-such-application");
  resolve(before);
  await node.clock.turn();
  t.equal(await one.refusal("/enter celtra"), "no-such-application");
  t.equal(node.context.applications.byToken(TOKEN), undefined);
});

t.test("one that is made here while others are read stays", async (t) => {
  const node = await aNode();
  const { store } = node;
  const before = await store.applications();
  const { promise, resolve } = Promise.withResolvers<typeof before>();
  store.applications = () => promise;
  await told(node, { kind: "applicationChanged", application: 4711 });
  const celtra = await addCeltra(node);
  resolve(before);
  await node.clock.turn();
  t.equal(node.context.applications.byId(celtra.id), celtra);
});

t.test("what cannot be read now is read when it can be", async (t) => {
  const { node, two, celtra } = await aCeltraNode();
  await node.store.changeApplication(celtra.id, { isOpen: true });
  const { store } = node;
  const read = store.applications.bind(store);
  const gone = new StoreError("unavailable", "away");
  store.applications = () => Promise.reject(gone);
  await told(node, { kind: "applicationChanged", application: celtra.id });
  t.equal(node.watch.health, gone);
  t.equal(await two.refusal("/enter celtra"), "no-such-application");
  store.applications = read;
  await node.clock.pass(1000);
  t.equal(await two.refusal("/enter celtra"), null);
});

t.test("an application owns its rooms as long as it lasts, though it is nobody who is logged in", async (t) => {
  const { node, two, celtra } = await aCeltraNode();
  node.presence.gone = [celtra.id];
  await two.says(`/enter celtra ${TOKEN}`, "/join 1");
  await node.chat.compare();
  await node.clock.pass(1000);
  t.equal(two.session.current?.owner, celtra.id);
  t.equal(await two.refusal("/topic mine now"), "not-operator");
});
