import type { Chat } from "../chat/chat.ts";
import type { Session } from "../chat/sessions/session.ts";

/** What may be needed to use a command, beside being logged in. Finer rules are the chat's: `chat/permissions.ts`. */
export type Access = "anyone" | "in-a-room";

export interface Command {
  /** Lower case, without the slash. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** As in `/whisper USER TEXT`. */
  readonly usage: string;
  readonly help: string;
  readonly access: Access;
  /** How many arguments it takes; with `rest` the last one is all that remains of the line. */
  readonly args: { readonly min: number; readonly max: number; readonly rest?: true };
  /** Does the work; what the person asked for and does not get is thrown as a `ChatError`. */
  run(chat: Chat, session: Session, args: readonly string[]): Promise<void> | void;
}
