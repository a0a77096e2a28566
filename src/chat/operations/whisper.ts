import type { Actor, UserRef } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Context } from "../context.ts";

/** Says something to one person alone. Resolves when it has arrived; rejects with a `Refusal`. */
export async function whisper(
  { directMessages, state }: Pick<Context, "directMessages" | "state">,
  from: Actor,
  to: UserRef,
  text: string,
): Promise<void> {
  // While this node is isolated, other nodes may have given either name to somebody else.
  if (state.isIsolated) throw new Refusal("cut-off");
  if (from.nameStatus !== "held") throw new Refusal("name-in-doubt");
  await directMessages.send(from.who, to, text);
}
