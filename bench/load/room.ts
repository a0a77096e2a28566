import { bounded } from "./bounded.ts";
import type { Person } from "./person.ts";
import { quiet } from "./person.ts";
import { dialectOf, logIn } from "./target.ts";
import type { Server } from "./target.ts";

/** A room and who is in it. The observer says nothing and sees everything. */
export interface Room {
  readonly name: string;
  readonly observer: Person;
  readonly others: readonly Person[];
}

/** Fills new rooms with people, and returns when all notices of that have come. */
export async function fillRooms(server: Server, count: number, peopleEach: number): Promise<Room[]> {
  const rooms: Room[] = [];
  await bounded(count, 10, async (index) => {
    rooms.push(await fillRoom(server, index, peopleEach));
  });
  await quiet(rooms.flatMap(membersOf), 1500);
  return rooms;
}

export function membersOf(room: Room): Person[] {
  return [room.observer, ...room.others];
}

async function fillRoom(server: Server, index: number, people: number): Promise<Room> {
  const dialect = dialectOf(server);
  const name = `r${String(index).padStart(2, "0")}`;
  const enter = async (nth: number) => {
    const person = await logIn(server, index * people + nth);
    await person.converse([...(nth === 0 ? dialect.create(name) : []), ...dialect.join(person.name, name)]);
    return person;
  };
  const observer = await enter(0);
  const others: Person[] = [];
  await bounded(people - 1, 100, async (nth) => {
    others.push(await enter(nth + 1));
  });
  return { name, observer, others };
}
