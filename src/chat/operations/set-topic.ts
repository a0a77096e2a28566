import type { Committed } from "../../domain/entry.ts";
import type { Actor } from "../../domain/principal.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";

/** Sets what a room is about. Rejects with a `Refusal`. @param text empty: the room has no topic any more */
export function setTopic(
  { pipeline }: Pick<Context, "pipeline">,
  actor: Actor,
  room: Room,
  text: string,
): Promise<Committed> {
  return pipeline.perform(room, { actor, action: { type: "set-topic" }, change: { kind: "topic", text } });
}
