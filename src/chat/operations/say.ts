import { SAY } from "../../domain/permissions.ts";
import type { Actor } from "../../domain/principal.ts";
import type { Outcome } from "../../streams/queued-entry.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";

/** A message: what somebody says, or what they say they do (`act`). */
export interface Message {
  readonly kind: "said" | "act";
  readonly text: string;
}

/** Says something in a room, as `Pipeline.submit`. A callback and no promise, because it is called for every line. */
export function say(
  { pipeline }: Pick<Context, "pipeline">,
  actor: Actor,
  room: Room,
  change: Message,
  settle: (outcome: Outcome) => void,
): void {
  pipeline.submit(room, { actor, action: SAY, change }, settle);
}
