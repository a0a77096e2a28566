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

/** Makes rooms and fills them with people, and returns when all notices of that have come. */
export async function fillRooms(server: Server, count: number, peopleEach: number): Promise<Room[]> {
  const dialect = dialectOf(server);
  const people: Person[] = [];
  await bounded(count * peopleEach, server.connectsAtOnce, async (index) => {
    people[index] = await logIn(server, index);
  });
  const rooms = Array.from({ length: count }, (_, index) => {
    const [observer, ...others] = people.slice(index * peopleEach, (index + 1) * peopleEach);
    if (observer === undefined) throw new Error("a room needs people");
    return { name: `r${String(index).padStart(2, "0")}`, observer, others };
  });
  for (const { name, observer } of rooms) {
    await observer.converse([...dialect.create(name), ...dialect.join(observer.name, name)]);
  }
  for (const { name, others } of rooms) {
    await Promise.all(others.map((person) => person.converse(dialect.join(person.name, name))));
  }
  await quiet(people, 1500);
  return rooms;
}

export function membersOf(room: Room): Person[] {
  return [room.observer, ...room.others];
}
