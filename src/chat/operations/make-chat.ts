import { type Name, nameOfChat, parseRoomPath } from "../../domain/names.ts";
import type { Actor } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Application } from "../applications/applications.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";

/**
 * Makes a public room that an application owns. Resolves with the room, or with the one that was made before with this nonce;
 * rejects with a `Refusal` or a `StoreError`.
 * @param text its name; null: it is called by its number
 * @param nonce as `NewRoom.nonce`; null: none
 */
export async function makeChat(
  { applications, store, subscriptions }: Pick<Context, "applications" | "store" | "subscriptions">,
  { who }: Actor,
  application: Application,
  text: string | null,
  nonce: string | null,
): Promise<Room> {
  if (!application.isActive) throw new Refusal("application-inactive");
  const name = text === null ? null : parseName(application, text);
  const record = await store.createRoom({
    application: application.id,
    name,
    isPrivate: false,
    authorId: who.id,
    author: who.name.shown,
    ...(nonce !== null && { nonce }),
  });
  if (!record) {
    if (applications.byId(application.id) && name) throw new Refusal("room-name-taken");
    // The application has ended, or the room that was made before.
    throw new Refusal("no-such-room");
  }
  if (record.name.key !== (name ?? nameOfChat(record.number)).key) throw new Refusal("nonce-reused");
  const room = subscriptions.learnRecord(record);
  if (!room) throw new Refusal("no-such-application");
  return room;
}

function parseName({ handle }: Application, text: string): Name {
  const path = parseRoomPath(`${handle.shown}/${text}`);
  if (!path) throw new Refusal("room-name-invalid");
  if (typeof path.room === "number") throw new Refusal("room-name-of-digits");
  return path.room;
}
