import type { Name } from "../../domain/names.ts";
import { checkMayIn } from "../../domain/permissions.ts";
import type { FirstOf } from "../../ports/store.ts";
import type { Application } from "../applications/applications.ts";
import type { Context } from "../context.ts";
import type { Session } from "../sessions/session.ts";
import { visiblePrivateRooms } from "./list-rooms.ts";

/** A room of an application, and how many people are in it on all nodes. */
export interface ListedChat {
  readonly id: number;
  /** `APP/ROOM`. */
  readonly name: Name;
  readonly isPrivate: boolean;
  readonly people: number;
}

/**
 * Resolves with the rooms of an application that a session may see: private ones, and then public ones by their numbers; at
 * most `limit`. Rejects with a `Refusal` or a `StoreError`.
 */
export async function listChats(
  parts: Pick<Context, "applications" | "clock" | "presence" | "store">,
  session: Session,
  application: Application,
  limit: number,
): Promise<FirstOf<ListedChat>> {
  const { applications, presence, store } = parts;
  checkMayIn(session, "list-rooms", application);
  const { chats, count } = await store.chats(application.id, 1, limit);
  const publicRooms = chats.flatMap(({ id, number, name }) => {
    const [shown] = applications.namesOf({ application: application.id, number, name });
    return shown ? [{ id, name: shown, isPrivate: false }] : [];
  });
  const privateRooms = visiblePrivateRooms(parts, session, application);
  const first = [...privateRooms, ...publicRooms].slice(0, limit).map(({ id, name, isPrivate }) => {
    return { id, name, isPrivate, people: presence.countIn(id) };
  });
  return { first, count: count + privateRooms.length };
}
