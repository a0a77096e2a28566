import { aWorld, type Person, type World } from "./people.ts";

/** People in the room Planes, which the first of them owns. */
export interface Planes {
  readonly world: World;
  readonly one: Person;
  readonly two: Person;
  readonly three: Person;
}

/** Nobody is told of what led there. */
export async function inPlanes(isPrivate = false): Promise<Planes> {
  const world = await aWorld({ lobby: null });
  const [one, two, three] = await world.enterAll("one", "two", "three");
  await one.says(isPrivate ? "/create_private Planes" : "/create Planes", "/join Planes");
  if (isPrivate) await one.says("/invite two", "/invite three");
  for (const person of [two, three]) await person.says("/join Planes");
  for (const person of [one, two, three]) person.heard();
  return { world, one, two, three };
}
