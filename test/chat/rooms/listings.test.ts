import t from "tap";
import { kinds } from "../../../src/domain/entry.ts";
import { refusalOf } from "../../../src/domain/permissions.ts";
import { type Name, parseUserName } from "../../../src/domain/names.ts";
import type { Context } from "../../../src/chat/context.ts";
import type { Room } from "../../../src/chat/rooms/room.ts";
import { texts } from "../../../src/formats/text/sentences.ts";
import { makeRoom } from "../../support/world/drafts.ts";
import { Chance } from "../../support/sockets/hostile.ts";
import { aNode, type FakeNode } from "../../support/world/node.ts";
import { aWorld, type Person, World } from "../../support/world/people.ts";
import { seed } from "../../support/property.ts";

/** What somebody is to be shown, worked out from everything there is. */
function expectedRooms({ clock, context }: World, { session }: Person): string {
  const maySee = (room: Room) => refusalOf(session, { type: "see" }, room, clock.micros()) === null;
  const listed = [...context.rooms.all()]
    .filter(maySee)
    .map((room) => ({ room, name: room.name, people: peopleIn(context, room).length }))
    .sort((a, b) => b.people - a.people || (a.name.key < b.name.key ? -1 : 1))
    .map(({ room, name, people }) => {
      const notes = room.isPrivate ? [people, "private"] : people > 0 ? [people] : [];
      if (session.rooms.includes(room)) notes.push(session.current === room ? "current" : "joined");
      return notes.length === 0 ? name.shown : `${name.shown} (${notes.join(", ")})`;
    });
  return listed.length === 0 ? texts.noRooms : texts.rooms(listed.join(", "), 0);
}

/** The names of those who are in a room: members here, and others by where they are said to be. */
function peopleIn({ presence }: Context, room: Room): Name[] {
  const elsewhere = [...presence.people()].filter(({ node, rooms }) => node !== null && rooms.has(room.id));
  return [...[...room.members].map(({ who }) => who.name), ...elsewhere.map(({ name }) => name)];
}

function expectedPeople({ context }: World, room: Room): string {
  const names = peopleIn(context, room)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ shown }) => shown);
  const { shown } = room.name;
  return names.length === 0 ? texts.nobodyIn(shown) : texts.usersIn(shown, names.join(", "), names.length, 0);
}

/** Somebody of another node is in these rooms now. */
function movesElsewhere(node: FakeNode, text: string, id: number, now: readonly string[]): void {
  const { presence } = node;
  const name = parseUserName(text);
  const before = name && presence.find(name.key);
  const person = node.elsewhere(text, id, ...now);
  for (const room of person.rooms.keys()) if (!before?.rooms.has(room)) presence.follower?.joined(person, room);
  for (const room of before?.rooms.keys() ?? []) if (!person.rooms.has(room)) presence.follower?.left(person, room);
}

const ROOMS = ["ants", "Bees", "crows", "Dogs", "eels", "foxes"];
const PEOPLE = ["one", "Two", "three", "Four"];

/** Somebody does anything. */
async function step(node: FakeNode, people: Map<string, Person>, chance: Chance): Promise<string> {
  const [name, room, other] = [chance.of(PEOPLE), chance.of(ROOMS), chance.of(PEOPLE)];
  const person = people.get(name);
  if (!person) {
    people.set(name, await node.entersFrom(`192.0.2.${name.length}`, name));
    return `${name} enters`;
  }
  const kind = chance.below(40);
  if (kind === 0) {
    people.delete(name);
    await person.ends();
    return `${name} ends`;
  }
  if (kind < 8) {
    const now = [...node.context.rooms.all()].map((one) => one.name.shown).filter(() => chance.below(3) === 0);
    movesElsewhere(node, `far${kind % 2}`, 900 + (kind % 2), now);
    return `far${kind % 2} is in ${now.join()}`;
  }
  if (kind === 8) {
    await makeRoom(node.store, room).catch(() => {});
    await person.says(`/users ${room}`);
    return `${room} is made elsewhere`;
  }
  if (kind === 9) {
    const [unused] = [...node.context.rooms.all()].filter((one) => one.name.shown === room && one.members.size === 0);
    // It may have ended elsewhere before, of which this node has not heard.
    const isThere = unused && (await node.store.rooms({ ids: [unused.id] })).length > 0;
    if (isThere) await node.storedElsewhere(room, { kind: kinds.destroyed });
    await node.clock.pass(1000);
    return `${room} ends elsewhere`;
  }
  const line = chance.of([
    `/create ${room}`,
    `/create_private ${room}`,
    `/join ${room}`,
    `/join ${room}`,
    `/leave`,
    `/invite ${other}`,
    `/op ${other}`,
    `/deop ${other}`,
    `/kick ${other}`,
    `/ban ${other}`,
    `/destroy ${room}`,
  ]);
  await person.says(line);
  return `${name}: ${line}`;
}

t.test("whatever happens, lists show what there is, in order", async (t) => {
  t.comment(`random lives from CHATD_TEST_SEED=${seed}`);
  const chance = new Chance(seed);
  for (let life = 0; life < 4; life++) {
    const node = await aNode({ compareEveryMs: 500, roomsCreatedPerUser: 0, roomsCreatedPerAddress: 0 });
    const people = new Map<string, Person>();
    const done: string[] = [];
    for (let i = 0; i < 250; i++) {
      done.push(await step(node, people, chance));
      for (const person of people.values()) {
        const wanted = expectedRooms(node, person);
        const shown = (await person.says("/rooms")).join();
        if (shown !== wanted) return t.equal(shown, wanted, done.join("; "));
      }
      const [person] = people.values();
      for (const room of person ? node.context.rooms.all() : []) {
        const { first, count } = node.context.presence.namesIn(room.id, 100);
        const { shown } = room.name;
        const more = count - first.length;
        const told = count === 0 ? texts.nobodyIn(shown) : texts.usersIn(shown, first.join(", "), count, more);
        if (told !== expectedPeople(node, room)) return t.equal(told, expectedPeople(node, room), done.join("; "));
      }
    }
  }
  t.pass("in all of them");
});

/** Counts how often the names of these are looked at from now on. */
function looksAt(things: Iterable<{ readonly name: Name }>): () => number {
  let looks = 0;
  for (const thing of things) {
    const { name } = thing;
    Object.defineProperty(thing, "name", { get: () => (looks++, name) });
  }
  return () => looks;
}

/** A chat with so many public rooms, and half as many private ones that are somebody's. */
async function withRooms(count: number): Promise<World> {
  const empty = await aWorld({ roomsCreatedPerUser: 0, roomsCreatedPerAddress: 0 });
  for (let i = 0; i < count; i++) await makeRoom(empty.store, `r${i}`, { authorId: null });
  const world = new World({ roomsCreatedPerUser: 0, roomsCreatedPerAddress: 0 }, empty.clock, empty.store);
  await world.start();
  const owner = await world.enters("owner");
  for (let i = 0; i < count / 2; i++) await owner.says(`/create_private p${i}`);
  return world;
}

t.test("what /rooms costs does not grow with the rooms there are", async (t) => {
  const costs: number[] = [];
  for (const count of [200, 1000]) {
    const world = await withRooms(count);
    const [one] = await world.enterAll("one");
    await one.says("/create_private Den", "/rooms");
    const looks = looksAt(world.context.rooms.all());
    t.match(await one.says("/rooms"), [
      new RegExp(`^Rooms: lobby \\(2, current\\), Den \\(0, private\\), .* … and ${count + 2 - 100} more.$`),
    ]);
    costs.push(looks());
  }
  t.equal(costs[0], costs[1]);
});

t.test("what /users ROOM costs does not grow with the people in it", async (t) => {
  const costs: number[] = [];
  for (const count of [150, 300]) {
    const world = await aWorld();
    const [one] = await world.enterAll("zz");
    for (let i = 0; i < count; i++) await world.enters(`n${String(i).padStart(3, "0")}`);
    // Who asks first has them put in order.
    await one.says("/users lobby");
    const looks = looksAt(world.context.presence.people());
    t.match(await one.says("/users lobby"), [
      new RegExp(`^Users in lobby: n000, n001, .* … and ${count + 1 - 100} more \\(${count + 1}\\)$`),
    ]);
    costs.push(looks());
  }
  t.equal(costs[0], costs[1]);
});

t.test("people elsewhere who are in a room before this node knows of it are counted", async (t) => {
  const node = await aNode();
  const [one] = await node.enterAll("one");
  const record = await makeRoom(node.store, "Planes");
  const far = node.elsewhere("far", 999);
  node.presence.enterElsewhere({ ...far, rooms: new Map([[record.id, 1]]) });
  node.presence.follower?.joined(far, record.id);
  t.same(await one.says("/users Planes"), ["Users in Planes: far"]);
  t.same(await one.says("/rooms"), ["Rooms: lobby (1, current), Planes (1)"]);
});

t.test("who is in a private room sees it, though nothing else gives them a right to", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create_private Den", "/join Den", "/invite two");
  await two.says("/join Den");
  const den = world.room("Den");
  den.rights = { ...den.rights, invited: [] };
  t.same(await two.says("/rooms"), ["Rooms: Den (2, private, current), lobby (2, joined)"]);
  await two.says("/leave Den");
  t.same(await two.says("/rooms"), ["Rooms: lobby (2, current)"]);
});

t.test("a session remembers no private room that has ended", async (t) => {
  const world = await aWorld();
  const [one, two] = await world.enterAll("one", "two");
  await one.says("/create_private Den", "/join Den", "/invite two");
  t.same([...two.session.privateRooms], [world.room("Den")]);
  await one.says("/destroy Den");
  t.same([one.session.privateRooms.length, two.session.privateRooms.length], [0, 0]);
});
