import type { Committed } from "../../domain/entry.ts";
import type { Actor } from "../../domain/principal.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";

/** Ends a room for good. Rejects with a `Refusal`. */
export function destroyRoom({ pipeline }: Pick<Context, "pipeline">, actor: Actor, room: Room): Promise<Committed> {
  return pipeline.perform(room, { actor, action: { type: "destroy" }, change: { kind: "destroyed" } });
}
