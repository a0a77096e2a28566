import type { Committed } from "../../domain/entry.ts";
import { SAY } from "../../domain/permissions.ts";
import type { Actor } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Outcome } from "../../streams/queued-entry.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";
import type { Session } from "../sessions/session.ts";
import { parseCredentials } from "../sessions/sign-in.ts";
import { isCodeOf } from "../sessions/verdict.ts";

type CodeParts = Pick<Context, "presence" | "returnCodes">;
type SayParts = CodeParts & Pick<Context, "pipeline" | "telemetry">;

/** Maximum length of a line that is looked at for a code. */
const MAX_LOGIN = 64;

/** What somebody says, or what they say they do (`act`). */
export interface Speech {
  readonly kind: "said" | "act";
  readonly text: string;
}

/**
 * Says a line in a room. Returns when it is queued, as `Pipeline.submit`; the session is told of a later refusal, and the
 * first time in a room that nobody else is there. Throws a `Refusal` where the text is a login with its code. A callback and no promise, because it is called for every line.
 */
export function say(
  { pipeline, presence, returnCodes, telemetry }: SayParts,
  session: Session,
  room: Room,
  text: string,
): void {
  if (isOwnCode({ presence, returnCodes }, session, text)) throw new Refusal("own-code");
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

/** Whether somebody typed what brings them back, where everybody would read it. Nearly every line ends at the first look. */
function isOwnCode({ presence, returnCodes }: CodeParts, { name }: Session, text: string): boolean {
  if (text.length > MAX_LOGIN || !text.includes(":")) return false;
  const login = parseCredentials(text.trim());
  if (!login || login.code === null || login.name.key !== name.key) return false;
  const person = presence.find(name.key);
  return person !== null && isCodeOf(returnCodes, person, login.code);
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
