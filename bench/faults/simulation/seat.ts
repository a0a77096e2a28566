import type { Context } from "../../../src/chat/context.ts";
import type { EndEvent, Event, SessionEvent } from "../../../src/domain/events.ts";
import type { Chunk, Outlet } from "../../../src/ports/outlet.ts";
import { MAX_LINES_WAITING, type Session } from "../../../src/chat/sessions/session.ts";
import { endSession } from "../../../src/chat/sessions/end-session.ts";
import type { TerminalDisplay } from "../../../src/commands/command.ts";
import { dispatch } from "../../../src/commands/dispatch.ts";
import { texts } from "../../../src/formats/text/sentences.ts";
import { textFormat } from "../../../src/formats/text/text-format.ts";
import { greet, SignInDialogue } from "../../../src/telnet/sign-in-dialogue.ts";

export interface SeatEvents {
  /** Lines for the person, without their ends. */
  wrote(lines: readonly string[]): void;
  /** The server closes the connection, after what it wrote. */
  closed(): void;
  /** Whether the person is still there; null: their client cannot be asked. */
  isThere(withinMs: number): Promise<boolean> | null;
}

/** A node's side of one connection: what src/telnet/connection.ts does, without bytes and limits. */
export class Seat implements Outlet {
  readonly format = textFormat;
  readonly address: string;
  readonly waitingBytes = 0;
  readonly waitingMs = 0;
  readonly #context: Context;
  readonly #newDialogue: () => SignInDialogue;
  readonly #events: SeatEvents;
  readonly #queue: string[] = [];
  /** Until somebody has signed in. */
  #dialogue: SignInDialogue | null;
  #session: Session | null = null;
  #handling: Promise<void> | null = null;
  #state: "open" | "closing" | "closed" = "open";
  #hasPeerEnded = false;
  #isGoingOn = false;

  constructor(context: Context, address: string, newDialogue: () => SignInDialogue, events: SeatEvents) {
    this.#context = context;
    this.address = address;
    this.#newDialogue = newDialogue;
    this.#events = events;
    this.#dialogue = newDialogue();
  }

  get isClosed(): boolean {
    return this.#state === "closed";
  }

  // What the person does.

  lineCame(line: string): void {
    if (this.#state !== "open" || this.#hasPeerEnded) return;
    this.#queue.push(line);
    this.#goOn();
  }

  /** They closed it: what they sent before is handled. */
  peerEnded(): void {
    if (this.#state !== "open") return;
    this.#hasPeerEnded = true;
    this.#goOn();
  }

  /** The connection broke: what was not handled yet is lost. */
  broke(): void {
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    this.#queue.length = 0;
    if (wasOpen) this.#background(this.#endSession());
  }

  // What the chat wants of it.

  isThere(withinMs: number): Promise<boolean> | null {
    return this.#events.isThere(withinMs);
  }

  /** Only clients that answer by themselves vanish here, so the person would always be there. */
  askPerson(): void {}

  deliver({ bytes }: Chunk): void {
    this.#write(linesIn(bytes));
  }

  tell(event: SessionEvent): void {
    this.#write(this.#linesOf(event));
  }

  close(event: EndEvent): void {
    this.#closeWith(this.#linesOf(event));
  }

  askNameAgain(event: EndEvent): void {
    const session = this.#session;
    if (!session || this.#state !== "open") return;
    this.#dropLines();
    this.#write(this.#linesOf(event));
    this.#session = null;
    this.#dialogue = this.#newDialogue();
    this.#background((this.#handling ?? Promise.resolve()).then(() => endSession(this.#context, session)));
  }

  resume(): void {
    this.#goOn();
  }

  get display(): TerminalDisplay {
    return { isEditing: false, isRedrawn: true, showsPrompt: false };
  }

  // What else ends it, and what is shown beside what the chat tells.

  reply(text: string): void {
    this.#write(text.split("\r\n"));
  }

  closeBecause(text: string | null): void {
    this.#closeWith(text === null ? [] : text.split("\r\n"));
  }

  #linesOf(event: Event): string[] {
    return linesIn(this.format.event(event, this.#session?.view ?? 0, this.#context.clock.micros()));
  }

  #closeWith(last: readonly string[]): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#dropLines();
    if (last.length > 0) this.#write(last);
    this.#background(this.#endSession());
  }

  #write(lines: readonly string[]): void {
    if (this.#state !== "closed" && lines.length > 0) this.#events.wrote(lines);
  }

  #goOn(): void {
    if (this.#isGoingOn || this.#state === "closed") return;
    this.#isGoingOn = true;
    while (this.#mayHandle()) {
      const handling = this.#handle(this.#queue.shift() ?? "");
      if (handling) this.#wait(handling);
    }
    this.#isGoingOn = false;
    if (this.#hasPeerEnded && this.#queue.length === 0 && !this.#handling) this.closeBecause(null);
  }

  #mayHandle(): boolean {
    if (this.#queue.length === 0 || this.#handling || this.#state !== "open") return false;
    return this.#session === null || this.#session.linesWaiting < MAX_LINES_WAITING;
  }

  #handle(line: string): Promise<void> | void {
    return this.#session ? dispatch(this.#context, this.#session, this, line) : this.#signInStep(line);
  }

  #wait(handling: Promise<void>): void {
    this.#handling = handling
      .catch((error: unknown) => this.#context.telemetry.failed("handle a line", error))
      .then(() => {
        this.#handling = null;
        this.#goOn();
      });
  }

  async #signInStep(line: string): Promise<void> {
    const step = await this.#dialogue?.step(line, this);
    if (!step) return;
    if (step.type === "close") return this.closeBecause(step.text);
    if (step.type === "ask-again") return this.#write(step.text === "" ? [] : step.text.split("\r\n"));
    this.#session = step.session;
    if (this.#state !== "open") return;
    this.#dialogue = null;
    await greet(this.#context, step, { keepMs: null }, (text) => this.reply(text));
  }

  #dropLines(): void {
    const dropped = this.#queue.splice(0).length;
    if (dropped > 0 && this.#dialogue === null) this.reply(texts.linesNotSent(dropped));
  }

  async #endSession(): Promise<void> {
    await this.#handling;
    const session = this.#session;
    this.#session = null;
    if (session) await endSession(this.#context, session);
    this.#state = "closed";
    this.#events.closed();
  }

  #background(task: Promise<void>): void {
    task.catch((error: unknown) => this.#context.telemetry.failed("end a session", error));
  }
}

function linesIn(bytes: Uint8Array): string[] {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString().split("\r\n").slice(0, -1);
}
