import t from "tap";
import { changeApplication, endApplication } from "../../../src/chat/operations/administer-applications.ts";
import { track } from "../../../src/chat/operations/track.ts";
import { EventFeed } from "../../../src/chat/tracking/event-feed.ts";
import { StoreError } from "../../../src/ports/store-error.ts";
import { applicationActor } from "../../../src/domain/principal.ts";
import { TRACKING_ROOM } from "../../../src/chat/applications/tracking-rooms.ts";
import { trackingFormat } from "../../../src/formats/tracking/tracking-format.ts";
import { anAccount, FakeReceiver, subscribes, tracks } from "../../support/world/event-receiver.ts";
import { aNode } from "../../support/world/node.ts";
import { aWorld, type World } from "../../support/world/people.ts";

const numbers = (account: string, first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => `${account}:${first + i}`);

async function aFeed(): Promise<{ world: World; feed: EventFeed }> {
  const world = await aWorld();
  return { world, feed: new EventFeed(world.context) };
}

t.test("an event is a message in the application's room, which is made with the first one", async (t) => {
  const world = await aWorld();
  const [one] = await world.enterAll("one");
  const celtra = await anAccount(world, "celtra");
  await changeApplication(world.context, celtra, { isOpen: true });
  await tracks(world, celtra);
  t.match(await one.says("/join celtra/tracking"), [/joined celtra\/tracking/, /-- last 1 line/, /^1 \S+ \[api\]: 0$/]);
  const stored = track(world.context, celtra, '{"a":[1,"x"]}');
  await world.clock.turn();
  t.match(await stored, { seq: 2 });
  t.same(one.heard(), ['[api]: {"a":[1,"x"]}']);
});

t.test("of the first events that come at once, one makes the room; the next ones need no query", async (t) => {
  const world = await aWorld();
  const celtra = await anAccount(world, "celtra");
  const stored = Promise.all([track(world.context, celtra, "1"), track(world.context, celtra, "2")]);
  await world.clock.turn();
  t.same(new Set((await stored).map(({ seq }) => seq)), new Set([1, 2]));
  const before = world.store.calls.rooms;
  await tracks(world, celtra, 3);
  t.equal(world.store.calls.rooms, before);
});

t.test(
  "a subscriber first gets the last 20 events of all accounts in the order of their times, then all that come",
  async (t) => {
    const { world, feed } = await aFeed();
    const [celtra, other] = [await anAccount(world, "celtra"), await anAccount(world, "other")];
    await tracks(world, celtra, 15);
    await world.clock.pass(1000);
    await tracks(world, other, 3);
    await world.clock.pass(1000);
    await tracks(world, celtra, 10);
    const { receiver, subscription } = await subscribes(world, feed);
    t.same(receiver.heard(), [...numbers("celtra", 9, 15), ...numbers("other", 1, 3), ...numbers("celtra", 16, 25)]);
    t.same(subscription.begin, [
      ["celtra", 8],
      ["other", 0],
    ]);
    await tracks(world, other);
    await tracks(world, celtra);
    t.same(receiver.heard(), ["other:4", "celtra:26"]);
  },
);

t.test("whoever asks for one account gets no other", async (t) => {
  const { world, feed } = await aFeed();
  const [celtra, other] = [await anAccount(world, "celtra"), await anAccount(world, "other")];
  await tracks(world, celtra);
  await tracks(world, other);
  const { receiver } = await subscribes(world, feed, null, celtra);
  await tracks(world, other);
  await tracks(world, celtra);
  t.same(receiver.heard(), ["celtra:1", "celtra:2"]);
});

t.test("whoever names the last event that they saw gets all since, however many there are", async (t) => {
  const { world, feed } = await aFeed();
  const [celtra, other] = [await anAccount(world, "celtra"), await anAccount(world, "other")];
  await tracks(world, celtra, 1500);
  await tracks(world, other, 2);
  const { receiver } = await subscribes(world, feed, { celtra: 3 });
  t.same(receiver.heard(), [...numbers("celtra", 4, 1500), ...numbers("other", 1, 2)]);
  const all = await subscribes(world, feed, { celtra: 1500, other: 9 });
  t.same(all.receiver.heard(), [], "also where there never were as many");
  await tracks(world, celtra);
  t.same(receiver.heard(), ["celtra:1501"]);
  t.same(all.receiver.heard(), ["celtra:1501"]);
});

t.test("events that are behind entries of another kind, or were deleted or removed, lead to no gap", async (t) => {
  const { world, feed } = await aFeed();
  const celtra = await anAccount(world, "celtra");
  await tracks(world, celtra, 3);
  const room = world.context.rooms.byId((await world.store.chats(celtra.id, 1, 1)).chats[0]?.id ?? 0);
  if (!room) throw new Error("no room");
  await world.store.prune(world.clock.micros() + 1, 0, 2);
  await tracks(world, celtra, 2);
  const set = world.context.pipeline.perform(room, {
    actor: applicationActor(celtra.id, null),
    action: { type: "set-topic" },
    change: { kind: "topic", text: "events" },
  });
  await world.clock.turn();
  await set;
  t.same((await subscribes(world, feed, { celtra: 4 })).receiver.heard(), ["celtra:5"]);
  t.same((await subscribes(world, feed, { celtra: 3 })).receiver.heard(), ["celtra:4", "celtra:5"]);
  t.same((await subscribes(world, feed, {})).receiver.heard().slice(-2), ["celtra:4", "celtra:5"]);
  t.same((await subscribes(world, feed)).receiver.heard().slice(-2), ["celtra:4", "celtra:5"]);
});

for (const after of [null, { celtra: 1 }]) {
  t.test(
    `what comes while the events before are read is neither missed nor repeated, ${after ? "after one" : "last ones"}`,
    async (t) => {
      const { world, feed } = await aFeed();
      const celtra = await anAccount(world, "celtra");
      await tracks(world, celtra, 4);
      const release = world.store.hold("history");
      const subscribed = subscribes(world, feed, after);
      await world.clock.turn();
      await tracks(world, celtra, 3);
      release();
      await world.clock.turn();
      const { receiver } = await subscribed;
      await world.clock.turn();
      t.same(receiver.heard(), numbers("celtra", after ? 2 : 1, 7));
      await tracks(world, celtra);
      t.same(receiver.heard(), ["celtra:8"]);
    },
  );
}

t.test(
  "a receiver that takes nothing is not read for, and more than may wait for it ends the subscription",
  async (t) => {
    const { world, feed } = await aFeed();
    const celtra = await anAccount(world, "celtra");
    await tracks(world, celtra, 250);
    const view = 8;
    const opened = feed.open({ application: null, after: new Map(), format: trackingFormat, view });
    await world.clock.turn();
    const subscription = await opened;
    const receiver = new FakeReceiver();
    const { promise, resolve } = Promise.withResolvers<void>();
    receiver.drained = promise;
    const before = world.store.calls.history;
    subscription.start(receiver);
    await world.clock.turn();
    t.equal(world.store.calls.history, before + 1);
    for (let i = 0; i < 80 && receiver.failure === null; i++) {
      const stored = track(world.context, celtra, JSON.stringify("x".repeat(16_000)));
      await world.clock.turn();
      await stored;
    }
    t.equal(receiver.failure, "too-slow");
    resolve();
    subscription.close();
  },
);

t.test("an account that is made later comes with its first event, and goes with its end", async (t) => {
  const { world, feed } = await aFeed();
  const { receiver } = await subscribes(world, feed);
  const celtra = await anAccount(world, "celtra");
  await tracks(world, celtra, 2);
  t.same(receiver.heard(), ["celtra:1", "celtra:2"]);
  await endApplication(world.context, celtra);
  await world.clock.turn();
  const next = await anAccount(world, "celtra");
  await tracks(world, next);
  t.same(receiver.heard(), ["celtra:1"], "another account of that name");
});

t.test("whoever asked for an account that ended gets nothing of the next one of its name", async (t) => {
  const { world, feed } = await aFeed();
  const celtra = await anAccount(world, "celtra");
  const { receiver } = await subscribes(world, feed, null, celtra);
  await endApplication(world.context, celtra);
  await tracks(world, await anAccount(world, "celtra"));
  t.same(receiver.heard(), []);
});

t.test("events have the account's handle of now", async (t) => {
  const { world, feed } = await aFeed();
  const celtra = await anAccount(world, "celtra");
  await tracks(world, celtra);
  const { receiver } = await subscribes(world, feed);
  await changeApplication(world.context, celtra, { title: "Kranj" });
  await tracks(world, celtra);
  t.same(receiver.heard(), ["celtra:1", "Kranj:2"]);
});

t.test("a person's private room of that name is nobody's events", async (t) => {
  const { world, feed } = await aFeed();
  const [one] = await world.enterAll("one");
  const celtra = await anAccount(world, "celtra");
  await changeApplication(world.context, celtra, { isOpen: true });
  await one.says("/create_private celtra/tracking", "/join celtra/tracking", "secret");
  const { receiver } = await subscribes(world, feed);
  await one.says("more");
  t.same(receiver.heard(), []);
});

t.test("a subscriber is in no list, and is nobody who reads what somebody says alone", async (t) => {
  const { world, feed } = await aFeed();
  const [one] = await world.enterAll("one");
  const celtra = await anAccount(world, "celtra");
  await changeApplication(world.context, celtra, { isOpen: true });
  await tracks(world, celtra);
  const { receiver } = await subscribes(world, feed);
  await one.says("/join celtra/tracking");
  t.match(await one.says("hi"), [/Nobody else is in/]);
  t.match(receiver.events.at(-1), { data: "hi", seq: 2 });
  await one.says("/leave celtra/tracking");
  await tracks(world, celtra);
  t.match(receiver.events.at(-1), { seq: 3 }, "the room goes on when nobody is in it");
});

t.test("a closed subscription gets nothing, and its room is let go", async (t) => {
  const node = await aNode();
  const feed = new EventFeed(node.context);
  const celtra = await anAccount(node, "celtra");
  await tracks(node, celtra);
  const { receiver, subscription } = await subscribes(node, feed);
  const [room] = [...node.context.rooms.all()].filter(({ application }) => application === celtra);
  t.equal(room?.subscribers.size, 1);
  subscription.close();
  t.equal(room?.subscribers.size, 0);
  receiver.heard();
  await tracks(node, celtra);
  t.same(receiver.heard(), []);
  await node.clock.pass(60_000);
  t.equal(room?.isFollowed, false, "after the time for which events hold it");
});

t.test("a room that another node makes is found in time, with its first event", async (t) => {
  const node = await aNode();
  const feed = new EventFeed(node.context);
  const celtra = await anAccount(node, "celtra");
  const { receiver } = await subscribes(node, feed);
  const record = await node.store.createRoom({
    application: celtra.id,
    name: TRACKING_ROOM,
    isPrivate: false,
    authorId: celtra.id,
    author: "api",
  });
  await node.store.storeElsewhere({ stream: record?.id ?? 0, authorId: celtra.id, author: "api", kind: 3, body: "1" });
  t.same(receiver.heard(), []);
  await node.clock.pass(node.context.settings.compareEveryMs);
  t.same(receiver.heard(), ["celtra:1"]);
});

t.test("a store that fails ends the subscription, or keeps it from beginning", async (t) => {
  const { world, feed } = await aFeed();
  const celtra = await anAccount(world, "celtra");
  await tracks(world, celtra, 2);
  world.store.fail("history", new StoreError("unavailable", "read"));
  const opened = feed.open({ application: null, after: null, format: trackingFormat, view: 8 });
  opened.catch(() => {});
  await world.clock.turn();
  await t.rejects(opened, { code: "unavailable" });
  const [room] = [...world.context.rooms.all()].filter(({ application }) => application === celtra);
  t.equal(room?.subscribers.size, 0);
  world.store.fail("history", new StoreError("unavailable", "read"));
  const { receiver } = await subscribes(world, feed, {});
  t.equal(receiver.failure, "read-failed");
});
