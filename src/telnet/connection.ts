import type { Socket } from "node:net";
import type { Session } from "../chat/sessions/session.ts";
import { endSession } from "../chat/sessions/end-session.ts";
import { leave } from "../chat/sessions/returning.ts";
import { dispatch } from "../commands/dispatch.ts";
import type { EndEvent, Event, SessionEvent } from "../domain/events.ts";
import { NEWLINE, renderNotice, textFormat } from "../formats/text/text-format.ts";
import { texts } from "../formats/text/sentences.ts";
import type { FloodCause } from "../net/flood-control.ts";
import { answerTo, type Foreign, foreignLine, foreignStart } from "../net/foreign-protocol.ts";
import { Outbox, type OutboxEvents } from "../net/outbox.ts";
import type { CloseReason } from "../net/telemetry.ts";
import { type Chunk, type CloseWhy, type Outlet, toOwnChunk } from "../ports/outlet.ts";
import { serverBanSentence } from "./banned.ts";
import type { Door } from "./door.ts";
import { Ending } from "./ending.ts";
import { InputLoop, type InputOwner } from "./input-loop.ts";
import type { Taken } from "./intake.ts";
import { Liveness } from "./liveness.ts";
import { Login, type LoginOwner } from "./login.ts";
import { greet } from "./sign-in-dialogue.ts";
import { Terminal, type TerminalOwner } from "./terminal.ts";

/** One socket and the person behind it: who they are, what they are told, and how it ends. */
export class Connection implements Outlet, InputOwner, OutboxEvents, TerminalOwner, LoginOwner {
  readonly format = textFormat;
  readonly address: string;
  readonly #door: Door;
  readonly #socket: Socket;
  readonly #input: InputLoop;
  readonly #outbox: Outbox;
  /** Until somebody has signed in. */
  #login: Login | null;
  #session: Session | null = null;
  /** Null until it matters how lines are typed. */
  #terminal: Terminal | null = null;
  /** Null: nobody had to know yet whether the peer is there. */
  #liveness: Liveness | null = null;
  readonly #ending: Ending;
  /** Whether nothing came from the peer yet. */
  #isNew = true;
  /** Under which name somebody was signed in, for the log. */
  #name: string | null = null;

  /** @param address where the peer is; behind a proxy, not what the socket says */
  constructor(socket: Socket, address: string, door: Door) {
    this.#socket = socket;
    this.#door = door;
    this.address = address;
    this.#outbox = new Outbox(socket, door.pool, this);
    this.#input = new InputLoop(socket, door, this.#outbox, this);
    this.#ending = new Ending(door.context);
    this.#login = new Login(door, this);
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("end", () => this.#peerEnded());
    // Whoever read the first bytes stopped it after them.
    socket.resume();
    this.#login.greetSoon();
  }

  get waitingBytes(): number {
    return this.#outbox.waitingBytes;
  }

  get waitingMs(): number {
    return this.#outbox.waitingMs;
  }

  isThere(withinMs: number): Promise<boolean> | null {
    return this.#liveness?.isThere(withinMs) ?? null;
  }

  askPerson(): void {
    const name = this.#name ?? "";
    const { settings } = this.#door.context;
    this.#watched().askPerson(() => {
      const event = { type: "gave-no-sign", name, isKept: settings.graceMs > 0 } as const;
      this.#closeWith("gave-no-sign", this.#chunkOf(event));
    });
  }

  deliver(chunk: Chunk): void {
    this.#outbox.push(chunk);
  }

  tell(event: SessionEvent): void {
    this.#outbox.push(this.#chunkOf(event));
  }

  close(event: EndEvent, why: CloseWhy): void {
    this.#closeWith(why, this.#chunkOf(event));
  }

  askNameAgain(event: EndEvent): void {
    const session = this.#session;
    if (!session || !this.isOpen) return;
    this.#dropLines();
    this.#outbox.push(this.#chunkOf(event));
    this.#session = null;
    this.#name = null;
    const login = new Login(this.#door, this);
    this.#login = login;
    // What it asked for last may still bring it into a room.
    const ended = this.#input.whenHandled().then(() => endSession(this.#door.context, session));
    this.#background(ended.then(() => login.ask()));
  }

  resume(): void {
    this.#input.goOn();
  }

  reply(text: string): void {
    this.#outbox.push(toOwnChunk(text + NEWLINE));
  }

  get display(): Terminal {
    return (this.#terminal ??= new Terminal(this.#outbox, this.#door.context, this));
  }

  get promptAgain(): string {
    return this.#terminal?.isEditing ? "" : this.loginPrompt;
  }

  get loginPrompt(): string {
    return this.#login?.prompt ?? "";
  }

  asksName(): void {
    if (this.#terminal?.isEditing) this.#outbox.bottomLineChanged();
    else this.#outbox.push(toOwnChunk(texts.loginPrompt));
  }

  askForKeys(isWanted: boolean): void {
    this.#command(isWanted ? this.#input.askForKeys() : this.#input.endKeys());
  }

  /** Says `text`, ends the session when its lines are settled, and closes when everything is written. */
  closeBecause(reason: CloseReason, text: string | null): void {
    this.#closeWith(reason, text === null ? null : toOwnChunk(text + NEWLINE));
  }

  /** Closes it if its address or its name is banned by now. Returns whether it was. */
  closeIfBanned(): boolean {
    const sentence = serverBanSentence(this.#door.context.bans, this.address, this.#session?.name.key ?? null);
    if (sentence === null || this.#ending.hasBegun) return false;
    this.closeBecause("banned", renderNotice(sentence));
    return true;
  }

  goingAway(why: string): void {
    this.reply(renderNotice(why));
  }

  drain(): void {
    if (this.#isNew) return this.closeBecause("shutdown", null);
    if (!this.isOpen) return;
    this.#ending.intend("shutdown");
    this.#input.refuse();
  }

  /** Closes at once: what is not written by now is lost. The author of lines that wait is told, where that can be. */
  cutOff(): void {
    if (this.isOpen) this.#dropLines();
    this.#outbox.flush();
    this.#socket.destroy();
  }

  closed(): void {
    const hadBegun = this.#ending.finish();
    const unsent = this.#input.drop();
    this.#login?.stop();
    this.#input.stop();
    this.#liveness?.stop();
    if (!hadBegun) this.#background(this.#endSession());
    this.#outbox.close();
    this.#door.telemetry.closed(this.#name, this.address, this.#ending.reason, this.#name === null ? 0 : unsent);
  }

  get isOpen(): boolean {
    return !this.#isNew && !this.#ending.hasBegun;
  }

  get isLoggedIn(): boolean {
    return this.#login === null;
  }

  get session(): Session | null {
    return this.#session;
  }

  get bytesLeft(): number {
    return this.#login?.bytesLeft ?? Number.POSITIVE_INFINITY;
  }

  took({ bytes, commands, text }: Taken): void {
    this.#login?.took(bytes);
    this.#command(commands);
    if (text !== "") this.#outbox.push(toOwnChunk(Buffer.from(text, "latin1")));
  }

  tookTooMuch(): void {
    this.closeBecause("login-bytes", NEWLINE + texts.loginBytes(this.#door.settings.loginBytes));
  }

  handle(line: string): Promise<void> | void {
    const { context } = this.#door;
    if (this.#session) return dispatch(context, this.#session, this, line);
    const foreign = foreignLine(line);
    if (foreign) return this.#sendAway(foreign);
    return this.#signInStep(line).catch((error: unknown) => context.telemetry.failed("sign somebody in", error));
  }

  slowedDown(cause: FloodCause, waiting: number): void {
    const { telemetry, settings } = this.#door;
    telemetry.throttled(this.#name ?? "", this.address);
    this.reply(cause === "person" ? texts.typingFast(settings.floodRate, waiting) : texts.addressTypesFast(waiting));
  }

  tooManyWait(): void {
    this.#dropLines();
  }

  readsAgain(): void {
    this.#liveness?.heard();
  }

  inputIsOver(): void {
    this.closeBecause(this.#ending.reason, null);
  }

  spokeTelnet(): void {
    if (!this.isOpen) return;
    this.#watched().spokeTelnet(this.#door.settings.keepaliveMs, () => this.closeBecause("no-answer", null));
  }

  drained(waitedMs: number): void {
    this.#liveness?.drained(waitedMs);
    this.#input.goOn();
  }

  tooSlow(): void {
    this.closeBecause("too-slow", texts.tooSlow);
  }

  skipped(lines: number): void {
    this.#door.telemetry.skipped(lines);
  }

  noticeOfSkipped(lines: number): Chunk {
    return this.#chunkOf({ type: "skipped", lines });
  }

  #watched(): Liveness {
    return (this.#liveness ??= new Liveness(this.#door.context.clock, {
      askClient: () => this.#command(this.#input.askMark()),
      askPerson: (withinMs) => this.tell({ type: "name-wanted", name: this.#name ?? "", withinMs }),
      isReading: () => !this.#input.isBlind,
      waitingMs: () => this.#outbox.waitingMs,
    }));
  }

  #chunkOf(event: Event): Chunk {
    return toOwnChunk(
      this.format.event(event, this.#session?.view ?? this.format.view(false, true), this.#door.context.clock.micros()),
    );
  }

  /** @param bytes of telnet commands, as a latin1 string */
  #command(bytes: string): void {
    if (bytes !== "") this.#outbox.push(toOwnChunk(Buffer.from(bytes, "latin1"), false));
  }

  #read(chunk: Buffer): void {
    if (this.#ending.hasBegun || this.#input.isOver) return;
    if (this.#isNew) {
      this.#isNew = false;
      const foreign = foreignStart(chunk);
      if (foreign) return this.#sendAway(foreign);
      this.#login?.greet();
    }
    this.#ending.heard();
    this.#liveness?.heard();
    this.#input.read(chunk);
  }

  #peerEnded(): void {
    this.#login?.greet();
    if (!this.#ending.hasBegun) this.#input.end();
  }

  #sendAway(foreign: Foreign): void {
    this.#door.telemetry.foreign(this.address, foreign);
    this.closeBecause("foreign-protocol", answerTo(foreign));
  }

  async #signInStep(line: string): Promise<void> {
    const signedIn = await this.#login?.step(line);
    if (!signedIn) return;
    const { session } = signedIn;
    this.#session = session;
    // It closed meanwhile; the session ends when this step is done.
    if (!this.isOpen) return;
    this.#login?.stop();
    this.#login = null;
    this.#name = session.name.shown;
    this.#door.telemetry.loggedIn(this.#name, this.address);
    await greet(this.#door.context, signedIn, this.#door.settings, (text) => this.reply(text));
  }

  /** Drops the lines that wait, and tells their author how many. */
  #dropLines(): void {
    const dropped = this.#input.drop();
    this.#outbox.bottomLineChanged();
    if (dropped > 0 && this.isLoggedIn) this.reply(texts.linesNotSent(dropped));
  }

  #closeWith(reason: CloseReason, last: Chunk | null): void {
    if (this.#ending.hasBegun) return;
    const { closeAfterMs } = this.#door.pool.limits;
    this.#ending.begin(reason, this.#socket.readableEnded, closeAfterMs, () => this.cutOff());
    this.#dropLines();
    if (last) this.#outbox.push(last);
    this.#login?.stop();
    this.#input.regulate();
    this.#background(this.#endSession());
  }

  async #endSession(): Promise<void> {
    const end = this.#ending.asOfNow(this.#socket.readableEnded, this.waitingMs);
    await this.#input.whenHandled();
    const session = this.#session;
    this.#session = null;
    if (session) await leave(this.#door.context, session, end);
    this.#outbox.end();
  }

  #background(task: Promise<void>): void {
    task.catch((error: unknown) => this.#door.context.telemetry.failed("end a session", error));
  }
}
