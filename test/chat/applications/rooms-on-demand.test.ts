import t from "tap";
import type { Application } from "../../../src/chat/applications/applications.ts";
import { MAX_IDLE } from "../../../src/chat/rooms/room-subscriptions.ts";
import type { Room } from "../../../src/chat/rooms/room.ts";
import { nameAtPath } from "../../../src/domain/names.ts";
import { aCeltra, addChat, TOKEN } from "../../support/world/celtra.ts";
import { afterCrash, type World } from "../../support/world/people.ts";

/** Rooms of the application that are in memory, by their numbers. */
function inMemory({ context }: World): number[] {
  const rooms = [...context.rooms.all()].filter(({ application }) => application !== null);
  return rooms.map(({ number }) => number).toSorted((a, b) => a - b);
}

/** Somebody asks for rooms with these numbers. */
async function ask({ clock, context }: World, { handle }: Application, ...numbers: number[]): Promise<void> {
  const found: (Room | undefined)[] = [];
  for (const number of numbers) {
    const name = nameAtPath({ application: handle, room: number });
    void context.subscriptions.find(name).then((room) => found.push(room));
  }
  await clock.turn();
  if (found.includes(undefined) || found.length < numbers.length) throw new Error("a room was not found");
}

t.test("rooms are read when somebody asks for them, and not at the start", async (t) => {
  const { world, celtra } = await aCeltra();
  await addChat(world, celtra);
  const next = await afterCrash(world);
  t.same(inMemory(next), []);
  const [one] = await next.enterAll("one");
  await one.says(`/enter celtra ${TOKEN}`);
  t.equal(await one.refusal("/join 3"), "no-such-room");
  t.equal(await one.refusal("/join 2"), null);
  t.same(inMemory(next), [2]);
  t.same(await one.says("/rooms"), ["Rooms: Celtra/1, Celtra/2 (1, current)"]);
  t.same(inMemory(next), [2], "a list needs none of them");
});

t.test("of rooms that nobody is in, those that were asked for last stay in memory", async (t) => {
  const { world, one, celtra } = await aCeltra();
  for (let n = 2; n <= MAX_IDLE + 4; n++) await addChat(world, celtra);
  await one.says(`/enter celtra ${TOKEN}`, "/create_private Den", "/join 1", "hello");
  const before = one.session.current;
  const numbers = Array.from({ length: MAX_IDLE }, (_, i) => i + 2);
  await ask(world, celtra, ...numbers);
  const den = MAX_IDLE + 5;
  t.same(inMemory(world), [1, ...numbers, den], "with those that somebody is in, and private ones");
  await ask(world, celtra, 2, MAX_IDLE + 2, MAX_IDLE + 3);
  t.same(inMemory(world), [1, 2, ...numbers.slice(3), MAX_IDLE + 2, MAX_IDLE + 3, den]);
  await one.says("/leave 1");
  await ask(world, celtra, 3);
  t.same(inMemory(world).slice(0, 4), [1, 2, 3, 7], "one that was left counts from then on");
  await ask(world, celtra, ...numbers.slice(2), 2, 3, MAX_IDLE + 4);
  t.same(inMemory(world).includes(1), false);
  await one.says("/join 1");
  t.not(one.session.current, before);
  t.equal(one.session.current?.id, before?.id, "it is read again, as it was");
  t.match(await one.says("/history"), [/^-- last 1 line/, /\[one\]: hello$/]);
  await one.says("again");
  t.match(await one.says("/history"), [/^-- last 2 lines/, /hello$/, /^2 .*again$/]);
});

t.test("rooms that a program made take no place from people's own, and private ones do", async (t) => {
  const { one, two } = await aCeltra({ maxRooms: 3 });
  for (const person of [one, two]) await person.says(`/enter celtra ${TOKEN}`, "/join 1");
  t.equal(await one.refusal("/create_private Den"), null);
  t.equal(await one.refusal("/create main/Planes"), null);
  t.equal(await one.refusal("/create main/Trains"), "server-has-too-many-rooms");
});
