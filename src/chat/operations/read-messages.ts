import { checkMay } from "../../domain/permissions.ts";
import type { Actor } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { MessagePage, StoredMessage } from "../../ports/store.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";

type Parts = Pick<Context, "clock" | "store">;

/** As `EntryStore.page`, of a room. Rejects with a `Refusal` or a `StoreError`. */
export async function readPage(
  { clock, store }: Parts,
  actor: Actor,
  room: Room,
  n: number,
  limit: number,
): Promise<MessagePage> {
  const page = await store.page(room.id, n, limit);
  // By now the room may have ended.
  checkMay(actor, "read", room, clock.micros());
  return page;
}

/** Resolves with a message of a room by its number, as it is now. Rejects with a `Refusal` or a `StoreError`. */
export async function readMessage(
  { clock, store }: Parts,
  actor: Actor,
  room: Room,
  seq: number,
): Promise<StoredMessage> {
  const message = await store.message(room.id, seq);
  checkMay(actor, "read", room, clock.micros());
  if (!message) throw new Refusal("no-such-message");
  return message;
}
