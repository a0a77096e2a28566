import type { Application } from "../../../src/chat/applications/applications.ts";
import type { ChatSettings } from "../../../src/chat/context.ts";
import { addApplication } from "../../../src/chat/operations/administer-applications.ts";
import { aWorld, type Person, type World } from "./people.ts";

export const TOKEN = "6f1c2b0a-0000-4000-8000-000000000001";

/** Two people in the lobby, and an application that is not open, with a room that was made without a name. */
export interface Celtra {
  readonly world: World;
  readonly one: Person;
  readonly two: Person;
  readonly celtra: Application;
}

/** The application of a world that has begun, whose first room has the number 1. */
export async function addCeltra(world: World): Promise<Application> {
  const adding = addApplication(world.context, "Celtra", TOKEN);
  await world.clock.turn();
  const celtra = await adding;
  await addChat(world, celtra);
  return celtra;
}

/** A program makes a room that has no name. */
export async function addChat({ store }: World, { id }: Application): Promise<void> {
  await store.createRoom({ application: id, name: null, isPrivate: false, authorId: id, author: "api" });
}

export async function aCeltra(settings: Partial<ChatSettings> = {}): Promise<Celtra> {
  const world = await aWorld(settings);
  const [one, two] = await world.enterAll("one", "two");
  const celtra = await addCeltra(world);
  one.heard();
  return { world, one, two, celtra };
}
