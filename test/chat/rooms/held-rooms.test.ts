import t from "tap";
import { HeldRooms } from "../../../src/chat/rooms/held-rooms.ts";
import type { Room } from "../../../src/chat/rooms/room.ts";
import { StoreError } from "../../../src/ports/store-error.ts";
import { FakeClock } from "../../support/world/fake-clock.ts";
import { aNode } from "../../support/world/node.ts";
import { makeRoom } from "../../support/world/drafts.ts";

t.test("a room that is written to stays followed, and is read once for all writes", async (t) => {
  const node = await aNode();
  const { held, subscriptions } = node.context;
  const { name } = await makeRoom(node.store, "Planes");
  const found = subscriptions.find(name);
  await node.clock.turn();
  const room = await found;
  if (!room) throw new Error("no room");
  const [first, second] = [held.hold(room), held.hold(room)];
  await node.clock.turn();
  await Promise.all([first, second]);
  t.equal(room.isFollowed, true);
  t.equal(held.hold(room), null, "nothing has to be waited for");
  const reads = node.store.calls.rooms;
  t.equal(await subscriptions.find(name), room);
  t.equal(node.store.calls.rooms, reads);
  await node.clock.pass(29_999);
  t.equal(held.hold(room), null);
  await node.clock.pass(30_000);
  t.equal(room.isFollowed, true, "30 s after the last write");
  await node.clock.pass(30_001);
  t.equal(room.isFollowed, false, "60 s after it");
});

t.test("a room that cannot be followed is not held", async (t) => {
  const node = await aNode();
  const room = node.room("lobby");
  const { held } = node.context;
  node.store.fail("rooms", new StoreError("unavailable", "away"));
  const held1 = held.hold(room);
  const rejected = t.rejects(held1 ?? Promise.resolve(), { code: "unavailable" });
  await node.clock.turn();
  await rejected;
  const again = held.hold(room);
  t.ok(again, "it is tried again");
  await node.clock.turn();
  await again;
  t.equal(room.isFollowed, true);
});

t.test("no more than 10,000 rooms are held: the first one goes", async (t) => {
  const followed = new Set<Room>();
  const subscriptions = {
    follow: (room: Room) => Promise.resolve(void followed.add(room)),
    unfollow: (room: Room) => void followed.delete(room),
  };
  const clock = new FakeClock();
  const held = new HeldRooms(subscriptions, clock);
  // Rooms are held as they are, and nothing of them is looked at.
  const rooms = Array.from({ length: 10_001 }, () => ({}) as Room);
  for (const room of rooms) await held.hold(room);
  t.equal(followed.size, 10_000);
  t.equal(followed.has(rooms[0] as Room), false);
  await clock.pass(60_000);
  t.equal(followed.size, 0);
  t.equal(clock.plannedCount, 0);
});
