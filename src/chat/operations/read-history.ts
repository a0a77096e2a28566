import type { Entry } from "../../domain/entry.ts";
import { refusalOf } from "../../domain/permissions.ts";
import type { Actor } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";

/** Resolves with the last `limit` messages of a room, oldest first. Rejects with a `Refusal` or a `StoreError`. */
export async function readHistory(
  { clock, store }: Pick<Context, "clock" | "store">,
  actor: Actor,
  room: Room,
  limit: number,
): Promise<readonly Entry[]> {
  const messages = await store.history(room.id, room.pos, limit);
  // By now the room may have ended, or the actor may have been banned.
  const code = refusalOf(actor, { type: "read" }, room, clock.micros());
  if (code) throw new Refusal(code);
  return messages;
}
