import type { Committed } from "../../domain/entry.ts";
import { SAY } from "../../domain/permissions.ts";
import type { Actor } from "../../domain/principal.ts";
import type { Outcome } from "../../streams/queued-entry.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";

/** What somebody says, or what they say they do (`act`). */
export interface Speech {
  readonly kind: "said" | "act";
  readonly text: string;
}

/** Says something in a room, as `Pipeline.submit`. A callback and no promise, because it is called for every line. */
export function say(
  { pipeline }: Pick<Context, "pipeline">,
  actor: Actor,
  room: Room,
  change: Speech,
  settle: (outcome: Outcome) => void,
): void {
  pipeline.submit(room, { actor, action: SAY, change }, settle);
}

/** As `say`; resolves with where it is stored, rejects with a `Refusal`. */
export function sayAndWait(
  { pipeline }: Pick<Context, "pipeline">,
  actor: Actor,
  room: Room,
  change: Speech,
): Promise<Committed> {
  return pipeline.perform(room, { actor, action: SAY, change });
}
