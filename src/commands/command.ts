import type { Context } from "../chat/context.ts";
import type { Session } from "../chat/sessions/session.ts";

/** What may be needed to use a command, beside being logged in. Finer rules are in `domain/permissions.ts`. */
export type Access = "anyone" | "in-a-room";

/** How a terminal shows what is typed there. */
export interface TerminalDisplay {
  /** Whether the line is edited here, as keys come one by one. Setting it asks the client for that. */
  isEditing: boolean;
  /** Whether a line that is edited here is shown again below text that comes. */
  isRedrawn: boolean;
  /** Whether the room that is talked in stands before a line that is edited here. */
  showsPrompt: boolean;
}

/** How a command answers the person who typed it. */
export interface CommandOutput {
  readonly display: TerminalDisplay;
  reply(text: string): void;
}

/** Somebody who has typed a command. */
export interface Invocation {
  readonly context: Context;
  readonly session: Session;
  readonly output: CommandOutput;
  /** Shows text on the terminal where it was typed. */
  readonly reply: (text: string) => void;
}

export interface Command {
  /** Lower case, without the slash. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** As in `/whisper USER TEXT`. */
  readonly usage: string;
  /** With the usage it fits in 80 columns. */
  readonly help: string;
  readonly access: Access;
  /** How many arguments it takes; with `rest` the last one is all that remains of the line. */
  readonly args: { readonly min: number; readonly max: number; readonly rest?: true };
  /** Returns the names that USER may stand for in its usage. Missing: those of people who are online. */
  users?(context: Pick<Context, "clock">, session: Session): readonly string[];
  /** Calls an operation, and shows its result. What the person asked for and does not get is thrown as a `Refusal`. */
  run(invocation: Invocation, args: readonly string[]): Promise<void> | void;
}
