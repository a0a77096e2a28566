import type { Name } from "../../domain/names.ts";
import { checkMayIn } from "../../domain/permissions.ts";
import type { Actor } from "../../domain/principal.ts";
import type { FirstOf } from "../../ports/store.ts";
import type { Application } from "../applications/applications.ts";
import type { Context } from "../context.ts";

/** A public room of an application, and how many people are in it on all nodes. */
export interface ListedChat {
  readonly id: number;
  /** `APP/ROOM`. */
  readonly name: Name;
  readonly people: number;
}

/** Resolves with the first public rooms of an application, by their numbers. Rejects with a `Refusal` or a `StoreError`. */
export async function listChats(
  { applications, presence, store }: Pick<Context, "applications" | "presence" | "store">,
  actor: Actor,
  application: Application,
  limit: number,
): Promise<FirstOf<ListedChat>> {
  checkMayIn(actor, "list-rooms", application);
  const { chats, count } = await store.chats(application.id, 1, limit);
  const first = chats.flatMap(({ id, number, name }) => {
    const [shown] = applications.namesOf({ application: application.id, number, name });
    return shown ? [{ id, name: shown, people: presence.countIn(id) }] : [];
  });
  return { first, count };
}
