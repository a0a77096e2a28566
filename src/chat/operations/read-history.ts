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
  return await readUpTo(parts, actor, room, room.pos, limit);
}

/** As `readHistory`, of the messages that have these numbers. */
export async function readRange(
  parts: Parts,
  actor: Actor,
  room: Room,
  { first, last }: MessageRange,
  limit: number,
): Promise<readonly Entry[]> {
  const pos = await positionOf(parts, room, last);
  const messages = await readUpTo(parts, actor, room, pos, Math.min(last - first + 1, limit));
  // Some may be deleted, as too old: then older or later ones were read.
  return messages.filter(({ seq }) => seq >= first && seq <= last);
}

async function readUpTo(
  { clock, store }: Parts,
  actor: Actor,
  room: Room,
  pos: number,
  limit: number,
): Promise<readonly Entry[]> {
  const messages = await store.history(room.id, pos, limit);
  // By now the room may have ended, or the actor may have been banned.
  checkMay(actor, "read", room, clock.micros());
  return messages;
}

/** Resolves with the position of a message by its number; if it was deleted, of the next one that is there. */
export async function positionOf(
  { store }: Pick<Parts, "store">,
  { id, pos, seq }: Room,
  number: number,
): Promise<number> {
  if (number >= seq) return pos;
  // Before the message stand those with lower numbers, and at most all entries that are no messages.
  let [low, high] = [number, number + pos - seq];
  let found = high;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await store.entriesFrom([{ stream: id, pos: middle }], 2);
    if (entry && entry.seq < number) low = middle + 1;
    else [high, found] = [middle, entry?.pos ?? middle];
  }
  return found;
}
