import type { Change } from "../../domain/change.ts";
import type { Committed } from "../../domain/entry.ts";
import { type MessageAction, refusalOf } from "../../domain/permissions.ts";
import type { Actor } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";

export type MessageParts = Pick<Context, "clock" | "pipeline" | "store">;

/**
 * Changes a message that the store has. Rejects with a `Refusal` or a `StoreError`.
 * @param expected positions of which one has to be that of its last change; null: any may be
 */
export async function changeMessage(
  { clock, pipeline, store }: MessageParts,
  actor: Actor,
  room: Room,
  type: MessageAction,
  change: Extract<Change, { readonly ref: number }>,
  expected: readonly number[] | null,
): Promise<Committed> {
  // Whoever may not read the room learns nothing of its messages.
  const hidden = refusalOf(actor, { type: "read" }, room, clock.micros());
  if (hidden) throw new Refusal(hidden);
  const message = await store.message(room.id, change.ref);
  if (!message) throw new Refusal("no-such-message");
  const { authorId, changedPos } = message;
  if (expected && !expected.includes(changedPos)) throw new Refusal("changed-meanwhile");
  const expects = expected ? { expects: changedPos } : {};
  return await pipeline.perform(room, { actor, action: { type, author: authorId }, change, ...expects });
}
