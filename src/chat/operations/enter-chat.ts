import type { SignedIn } from "../sessions/sign-in.ts";
import { comeBack } from "./come-back.ts";
import { enterLobby } from "./enter-lobby.ts";

/** Brings a session that has signed in to its place: where it was when its connection broke, else the lobby. Never rejects. */
export async function enterChat(
  parts: Parameters<typeof comeBack>[0],
  { session, back }: Pick<SignedIn, "session" | "back">,
): Promise<void> {
  if (back) await comeBack(parts, session, back);
  else await enterLobby(parts, session);
  parts.presence.arrived(session);
}
