import type { Committed } from "../../domain/entry.ts";
import { SAY } from "../../domain/permissions.ts";
import type { Actor } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Outcome } from "../../streams/queued-entry.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";
import type { Session } from "../sessions/session.ts";

/** What somebody says, or what they say they do (`act`). */
export interface Speech {
  readonly kind: "said" | "act";
  readonly text: string;
}

/**
 * Says a line in a room. Returns when it is queued, as `Pipeline.submit`; the session is told of a later refusal, and the
 * first time in a room that nobody else is there. A callback and no promise, because it is called for every line.
 */
export function say(
  { pipeline, presence, telemetry }: Pick<Context, "pipeline" | "presence" | "telemetry">,
  session: Session,
  room: Room,
  text: string,
): void {
  // The members here are asked first, because every line asks, and hardly anybody is alone.
  const isAlone = room.members.size === 1 && presence.countIn(room.id) === 1;
  const settle = (outcome: Outcome): void => {
    if (outcome instanceof Refusal) {
      telemetry.refused(outcome.code);
      session.outlet.tell({ type: "refused", code: outcome.code, args: outcome.args });
    } else {
      session.said(room, outcome);
      if (isAlone && session.toldAloneIn !== room) tellAlone(session, room);
    }
    session.lineSettled();
  };
  pipeline.submit(room, { actor: session, action: SAY, change: { kind: "said", text } }, settle);
  session.lineWaits();
}

function tellAlone(session: Session, room: Room): void {
  session.toldAloneIn = room;
  session.outlet.tell({ type: "said-alone", room: room.label });
}

/** Says something in a room. Resolves with where it is stored, rejects with a `Refusal`. @param nonce as `Draft.nonce` */
export function sayAndWait(
  { pipeline }: Pick<Context, "pipeline">,
  actor: Actor,
  room: Room,
  change: Speech,
  nonce: string | null = null,
): Promise<Committed> {
  return pipeline.perform(room, { actor, action: SAY, change, ...(nonce !== null && { nonce }) });
}
