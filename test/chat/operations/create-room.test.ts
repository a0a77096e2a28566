import t from "tap";
import { StoreError } from "../../../src/ports/store-error.ts";
import { aDaemon } from "../../support/sockets/daemon.ts";
import { Client } from "../../support/sockets/client.ts";
import { aWorld, type World } from "../../support/world/people.ts";

const TOO_MANY = (rooms: string) => `You have already made ${rooms}, the maximum. Use /destroy ROOM first.`;
const FULL = "This server cannot take more rooms. Join one of them: /rooms lists them.";
const FROM_THERE = (rooms: string) =>
  `Your address has already made ${rooms} in 24 hours, the maximum. Join one of them: /rooms lists them.`;

/** Somebody who comes from there. */
async function from(world: World, address: string, name: string) {
  const person = await world.enters(name);
  person.outlet.address = address;
  return person;
}

t.test("somebody may have made so many rooms, and not one more until one is destroyed", async (t) => {
  const world = await aWorld({ roomsCreatedPerUser: 2 });
  const [one, two] = await world.enterAll("one", "two");
  t.same(await one.says("/create a", "/create_private b", "/create c"), [
    "Room a created. Type /join a to go in.",
    "Room b created. Type /join b to go in.",
    TOO_MANY("2 rooms"),
  ]);
  t.same(await two.says("/create c"), ["Room c created. Type /join c to go in."], "it is counted for each");
  t.same(await one.says("/destroy a", "/create d", "/create e"), [
    "Room a destroyed.",
    "Room d created. Type /join d to go in.",
    TOO_MANY("2 rooms"),
  ]);
});

t.test("a room counts for who made it, also when somebody else owns it by now", async (t) => {
  const world = await aWorld({ roomsCreatedPerUser: 1, lobby: null });
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create a", "/join a");
  await two.says("/join a");
  t.same(await two.says("/create b"), ["Room b created. Type /join b to go in."]);
  await one.ends();
  t.same(await two.says("/create c"), [TOO_MANY("1 room")], "what was inherited is not what counts");
  const [again] = await world.enterAll("one");
  t.same(await again.says("/create c"), ["Room c created. Type /join c to go in."], "the next session begins anew");
});

t.test("a server takes so many rooms, the lobby included, and not one more until one ends", async (t) => {
  const world = await aWorld({ maxRooms: 3 });
  const [one, two] = await world.enterAll("one", "two");
  t.same(await one.says("/create a", "/create_private b"), [
    "Room a created. Type /join a to go in.",
    "Room b created. Type /join b to go in.",
  ]);
  t.same(await two.says("/create c"), [FULL]);
  await one.says("/destroy b");
  t.same(await two.says("/create c", "/create d"), ["Room c created. Type /join c to go in.", FULL]);
});

t.test("of many who ask at once no more get a room than there is room for", async (t) => {
  const world = await aWorld({ maxRooms: 3 });
  const people = await world.enterAll("one", "two", "three", "four");
  const release = world.store.hold("createRoom");
  for (const person of people) person.types(`/create ${person.session.name.shown}s`);
  await world.clock.turn();
  release();
  await world.clock.turn();
  t.same(
    people.flatMap((person) => person.heard()),
    ["Room ones created. Type /join ones to go in.", "Room twos created. Type /join twos to go in.", FULL, FULL],
  );
  t.equal(world.context.rooms.count, 3);
});

t.test("of many that one asks for at once no more are made than one may make", async (t) => {
  const world = await aWorld({ roomsCreatedPerUser: 2 });
  const [one] = await world.enterAll("one");
  const release = world.store.hold("createRoom");
  for (const name of ["a", "b", "c"]) one.types(`/create ${name}`);
  await world.clock.turn();
  t.same(one.heard(), [TOO_MANY("2 rooms")]);
  release();
  await world.clock.turn();
  t.same(one.heard(), ["Room a created. Type /join a to go in.", "Room b created. Type /join b to go in."]);
});

t.test("a room that is not made counts no longer, for nobody", async (t) => {
  const world = await aWorld({ maxRooms: 2, roomsCreatedPerUser: 1, roomsCreatedPerAddress: 1 });
  const [one] = await world.enterAll("one");
  t.match(await one.says("/create lobby"), /already exists/);
  world.store.fail("createRoom", new StoreError("unavailable", "away"), new TypeError("a bug"));
  t.match(await one.says("/create a", "/create a"), [/was not made/, /went wrong/]);
  t.equal(world.context.quota.networks, 0);
  t.same(await one.says("/create a"), ["Room a created. Type /join a to go in."]);
});

t.test("so many rooms may have been made from one address, by whomever, and not one more until one ends", async (t) => {
  const world = await aWorld({ roomsCreatedPerAddress: 2 });
  const one = await from(world, "192.0.2.1", "one");
  const two = await from(world, "192.0.2.1", "two");
  const far = await from(world, "192.0.2.2", "far");
  await one.says("/create a");
  t.same(await two.says("/create_private b", "/create c"), [
    "Room b created. Type /join b to go in.",
    FROM_THERE("2 rooms"),
  ]);
  t.same(await far.says("/create c"), ["Room c created. Type /join c to go in."]);
  await one.ends();
  t.same(await two.says("/create d"), [FROM_THERE("2 rooms")], "that its maker has gone does not end it");
  t.same(await two.says("/destroy b", "/create d"), ["Room b destroyed.", "Room d created. Type /join d to go in."]);
  t.equal(world.context.quota.networks, 2);
  await far.says("/destroy c");
  t.equal(world.context.quota.networks, 1, "where no room is left nothing is remembered");
});

t.test("an IPv6 /64 is one address", async (t) => {
  const world = await aWorld({ roomsCreatedPerAddress: 1 });
  const one = await from(world, "2001:db8:1:2::1", "one");
  const two = await from(world, "2001:db8:1:2:ffff::1", "two");
  const three = await from(world, "2001:db8:1:3::1", "three");
  t.same(await one.says("/create a"), ["Room a created. Type /join a to go in."]);
  t.same(await two.says("/create b"), [FROM_THERE("1 room")]);
  t.same(await three.says("/create b"), ["Room b created. Type /join b to go in."]);
});

t.test("of many from one address who ask at once no more get a room than may be made from there", async (t) => {
  const world = await aWorld({ roomsCreatedPerAddress: 1 });
  const [one, two] = await world.enterAll("one", "two");
  const release = world.store.hold("createRoom");
  one.types("/create a");
  two.types("/create b");
  await world.clock.turn();
  t.same(two.heard(), [FROM_THERE("1 room")]);
  release();
  await world.clock.turn();
  t.same(one.heard(), ["Room a created. Type /join a to go in."]);
});

t.test("from a trusted range any number of rooms may be made, and the setting is the daemon's", async (t) => {
  const limited = { roomsCreatedPerAddress: "1" };
  const held = await Client.login(t, (await aDaemon(t, limited)).port, "one");
  t.same(await held.ask("/create a", "/create b"), ["Room a created. Type /join a to go in.", FROM_THERE("1 room")]);
  const exempt = await Client.login(t, (await aDaemon(t, { ...limited, trustedProxy: ["127.0.0.1"] })).port, "one");
  t.same(await exempt.ask("/create a", "/create b"), [
    "Room a created. Type /join a to go in.",
    "Room b created. Type /join b to go in.",
  ]);
});

t.test("0 is no limit", async (t) => {
  const world = await aWorld({ maxRooms: 0, roomsCreatedPerUser: 0, roomsCreatedPerAddress: 0 });
  const [one] = await world.enterAll("one");
  for (let i = 0; i < 130; i++)
    t.same(await one.says(`/create r${i}`), [`Room r${i} created. Type /join r${i} to go in.`]);
});
