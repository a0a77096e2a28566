import type { Entry } from "../../domain/entry.ts";
import { checkMay } from "../../domain/permissions.ts";
import type { Actor } from "../../domain/principal.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";

type Parts = Pick<Context, "clock" | "store">;

/** The numbers of messages of a room, both included; `first` is 1 or more, and not above `last`. */
export interface MessageRange {
  readonly first: number;
  readonly last: number;
}

/** Resolves with the last `limit` messages of a room, oldest first. Rejects with a `Refusal` or a `StoreError`. */
export async function readHistory(parts: Parts, actor: Actor, room: Room, limit: number): Promise<readonly Entry[]> {
  const messages = await parts.store.history(room.id, room.pos, limit);
  checkStillMay(parts, actor, room);
  return messages;
}

/** As `readHistory`, of the messages that have the last `limit` of these numbers, and are there. */
export async function readRange(
  parts: Parts,
  actor: Actor,
  room: Room,
  { first, last }: MessageRange,
  limit: number,
): Promise<readonly Entry[]> {
  const to = Math.min(last, room.seq);
  const seq = Math.max(first, to - limit + 1);
  const { messages } = await parts.store.page(room.id, { seq }, limit);
  checkStillMay(parts, actor, room);
  return messages.filter((message) => message.seq <= to);
}

/** By now the room may have ended, or the actor may have been banned. Throws a `Refusal`. */
function checkStillMay({ clock }: Pick<Parts, "clock">, actor: Actor, room: Room): void {
  checkMay(actor, "read", room, clock.micros());
}
