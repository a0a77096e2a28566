import type { Outbox } from "../net/outbox.ts";
import type { EditLine } from "./edit-line.ts";
import type { TerminalDisplay } from "../commands/command.ts";
import type { Context } from "../chat/context.ts";
import type { Session } from "../chat/sessions/session.ts";
import { type Completion, completionsOf } from "../commands/completions.ts";
import { texts } from "../formats/text/sentences.ts";
import type { InputDisplay } from "./input.ts";
import { TerminalLine } from "./terminal-line.ts";

export interface TerminalOwner {
  /** Whether lines are handled. */
  readonly isOpen: boolean;
  /** What a name is typed behind; empty: none is asked for. */
  readonly loginPrompt: string;
  /** Null until somebody has signed in. */
  readonly session: Session | null;
  /** Asks the client to send every key, or to edit its lines by itself. */
  askForKeys(isWanted: boolean): void;
  reply(text: string): void;
}

/** What is shown on a terminal whose keys come one by one: the line that is edited, below all else. */
export class Terminal implements InputDisplay, TerminalDisplay {
  readonly #outbox: Outbox;
  readonly #context: Context;
  readonly #owner: TerminalOwner;
  /** Whether the room that is talked in stands before the line. */
  showsPrompt = false;
  isMuted = false;
  #line: TerminalLine | null = null;
  #columns = 0;
  #rows = 0;
  #isRedrawn = true;

  constructor(outbox: Outbox, context: Context, owner: TerminalOwner) {
    this.#outbox = outbox;
    this.#context = context;
    this.#owner = owner;
  }

  get isEditing(): boolean {
    return this.#line !== null;
  }

  set isEditing(isEditing: boolean) {
    this.#owner.askForKeys(isEditing);
  }

  get isRedrawn(): boolean {
    return this.#isRedrawn;
  }

  set isRedrawn(isRedrawn: boolean) {
    // What is entered is shown by the setting of before.
    this.#outbox.flush();
    this.#isRedrawn = isRedrawn;
    if (this.#line) this.#line.isRedrawn = isRedrawn;
  }

  begin(line: EditLine): void {
    // The terminal has the prompt of the login, and shows what was typed, when this is written.
    this.#outbox.flush();
    this.#line = new TerminalLine(line, () => this.#prompt, this.#owner.loginPrompt + line.text);
    this.#line.resize(this.#columns, this.#rows);
    this.#line.isRedrawn = this.#isRedrawn;
    this.#outbox.bottomLine = this.#line;
  }

  end(): void {
    this.#outbox.flush();
    const end = this.#line?.end();
    this.#line = null;
    this.#outbox.bottomLine = null;
    if (end && end.bytes.length > 0) this.#outbox.push(end);
  }

  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
    this.#line?.resize(columns, rows);
  }

  edited(): void {
    this.#outbox.bottomLineChanged();
  }

  entered(text: string): void {
    if (!this.#line || this.isMuted) return;
    if (!this.#isRedrawn) this.#outbox.flush();
    this.#outbox.push(this.#line.entered(text, this.#outbox.waitingBytes === 0));
  }

  redraw(): void {
    // What waits would come behind it.
    if (this.#line && this.#outbox.waitingBytes === 0) this.#outbox.push(this.#line.clear());
  }

  completions(before: string): readonly Completion[] {
    const { session } = this.#owner;
    return session && !this.isMuted ? completionsOf(this.#context, session, before) : [];
  }

  list(completions: readonly Completion[]): void {
    this.#owner.reply(completions.map(({ shown }) => shown).join("  "));
  }

  get #prompt(): string {
    const { isOpen, loginPrompt, session } = this.#owner;
    if (!isOpen || loginPrompt !== "") return isOpen ? loginPrompt : "";
    return this.showsPrompt && session?.current ? texts.roomPrompt(session.current.name.shown) : "";
  }
}
