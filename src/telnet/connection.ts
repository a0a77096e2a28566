import type { Socket } from "node:net";
import type { Timer } from "../ports/clock.ts";
import type { Chunk, CloseWhy, Outlet } from "../ports/outlet.ts";
import { MAX_LINES_WAITING, type Session } from "../chat/sessions/session.ts";
import { endSession } from "../chat/sessions/sign-in.ts";
import { dispatch } from "../commands/dispatch.ts";
import { type Foreign, foreignBytes, foreignLine } from "../net/foreign-protocol.ts";
import { NEWLINE, renderNotice } from "../formats/text/render.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Door } from "./door.ts";
import { type FloodCause, FloodControl, type FloodEvents } from "../net/flood-control.ts";
import { Intake, type IntakeEvents } from "./intake.ts";
import { Liveness } from "./liveness.ts";
import { greet, SignInDialogue } from "./sign-in-dialogue.ts";
import { MAX_WRITE_BYTES, Outbox, type OutboxEvents } from "../net/outbox.ts";
import { ReadPacer } from "../net/turns.ts";
import type { CloseReason } from "../net/telemetry.ts";

/**
 * Time for the peer to close its side after we closed ours. A peer that had already finished sending gets
 * `--outbox-close-after`, if that is longer.
 */
const LINGER_MS = 5000;
/** Above this, in replies, the peer's input is neither parsed nor handled: more would add to it. The outbox tells when they are written. */
const MAX_WAITING_BYTES = MAX_WRITE_BYTES;
/**
 * The kernel takes a write at once, unless its buffer is full of what the peer has not read yet. After so long that is the
 * case: a missing answer to DO TIMING-MARK proves nothing, and a write that is taken then proves that the peer reads.
 */
const STALL_MS = 50;

/**
 * One socket and the person behind it: lines in, one at a time and in order; output through the outbox. While the
 * session's lines wait the socket is read on until 64 KiB of them wait, so that ^C, answers and the end are seen.
 */
export class Connection implements Outlet, IntakeEvents, FloodEvents, OutboxEvents {
  readonly address: string;
  readonly #door: Door;
  readonly #socket: Socket;
  readonly #intake: Intake;
  readonly #outbox: Outbox;
  readonly #pacer: ReadPacer;
  /** Until it is logged in. */
  #login: SignInDialogue | null = null;
  #session: Session | null = null;
  /** When it is cut off: at first if it does not log in, at last if it does not close. */
  #deadline: Timer | null = null;
  /** Null until it says its first line, and where there are no limits. */
  #flood: FloodControl | null = null;
  /** Null: it has not spoken telnet, and cannot be asked anything. */
  #liveness: Liveness | null = null;
  /** The line that is being handled, where that takes time. Never rejects. */
  #handling: Promise<void> | null = null;
  #state: "new" | "open" | "closing" | "closed" = "new";
  #isGoingOn = false;
  /** Lines were held back in this run, and the person is to be told at its end, when it is known how many. */
  #slowedBy: FloodCause | null = null;
  /** The peer has finished sending, or what it sends from now on is not wanted. */
  #input: "open" | "ended" | "refused" = "open";
  /** Under which name it was logged in, for the log. */
  #name: string | null = null;
  #reason: CloseReason = "peer-closed";

  /** @param address where the peer is; behind a proxy, not what the socket says */
  constructor(socket: Socket, address: string, door: Door) {
    this.#socket = socket;
    this.#door = door;
    this.address = address;
    this.#intake = new Intake(door.settings, door.queued, door.chat.clock, this);
    this.#outbox = new Outbox(socket, door.pool, this);
    this.#pacer = new ReadPacer(door.turns, this);
    this.#beginLogin();
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("end", () => this.#peerEnded());
    // A broken connection: its `close` event follows, and that is the one way in which a connection ends.
    socket.on("error", () => {});
    socket.on("close", () => this.#gone());
    // Whoever read the first bytes stopped it after them.
    socket.resume();
    if (door.settings.welcome !== "") this.reply(door.settings.welcome);
    this.#push(texts.loginPrompt);
  }

  // What the chat wants of it.

  get waitingBytes(): number {
    return this.#outbox.waitingBytes;
  }

  get waitingMs(): number {
    return this.#outbox.waitingMs;
  }

  isThere(withinMs: number): Promise<boolean> | null {
    return this.#liveness?.isThere(withinMs) ?? null;
  }

  deliver(chunk: Chunk): void {
    this.#outbox.push(chunk);
  }

  reply(text: string): void {
    this.#push(text + NEWLINE);
  }

  close(text: string, why: CloseWhy): void {
    this.closeBecause(why, text);
  }

  askNameAgain(text: string): void {
    const session = this.#session;
    if (!session || this.#state !== "open") return;
    this.#dropLines();
    this.reply(text);
    this.#session = null;
    this.#name = null;
    this.#beginLogin();
    const { chat } = this.#door;
    // What it asked for last may still bring it into a room.
    const ended = (this.#handling ?? Promise.resolve()).then(() => endSession(chat, session));
    this.#background(ended.then(() => this.#push(texts.loginPrompt)));
  }

  resume(): void {
    this.#goOn();
  }

  /** Says `text`, ends the session when its lines are settled, and closes when everything is written. */
  closeBecause(reason: CloseReason, text: string | null): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#state = "closing";
    this.#reason = reason;
    this.#dropLines();
    if (text !== null) this.reply(text);
    this.#deadline?.cancel();
    this.#cutOffLater();
    this.#regulate();
    this.#background(this.#endSession());
  }

  #cutOffLater(): void {
    const { closeAfterMs } = this.#door.pool.limits;
    const hasPeerFinished = this.#socket.readableEnded;
    if (hasPeerFinished && closeAfterMs === 0) return;
    const lingerMs = Math.max(LINGER_MS, hasPeerFinished ? closeAfterMs : 0);
    this.#deadline = this.#door.chat.clock.after(lingerMs, () => this.cutOff());
  }

  /** Closes it if its address or its name is banned by now. Returns whether it was. */
  closeIfBanned(): boolean {
    const { bans } = this.#door;
    const onAddress = bans.onAddress(this.address);
    const ban = onAddress ?? (this.#session && bans.onName(this.#session.name.key));
    if (!ban || this.#state === "closing" || this.#state === "closed") return false;
    const text = onAddress ? texts.addressBanned(ban.reason) : texts.nameBanned(ban.reason);
    this.closeBecause("banned", renderNotice(text));
    return true;
  }

  /** What was read is still handled, and no flood control holds it back; then the connection is closed. */
  drain(): void {
    if (this.#state === "new") return this.closeBecause("shutdown", null);
    if (this.#state !== "open") return;
    this.#reason = "shutdown";
    this.#input = "refused";
    this.#goOn();
  }

  /** There is no more time: what is not written by now will not be. Whoever has lines that wait is told, where that can be. */
  cutOff(): void {
    if (this.#state === "open") this.#dropLines();
    this.#outbox.flush();
    this.#socket.destroy();
  }

  // What the peer sent.

  get isLoggedIn(): boolean {
    return this.#login === null;
  }

  spokeTelnet(): void {
    if (this.#liveness || this.#state !== "open") return;
    this.#liveness = new Liveness(this.#door.chat.clock, {
      ask: () => this.#push(this.#intake.askMark(), "latin1"),
      isBlind: () => this.#input !== "open" || this.#intake.hasUnread || this.#outbox.waitingMs >= STALL_MS,
    });
    const { keepaliveMs } = this.#door.settings;
    if (keepaliveMs > 0) this.#liveness.watch(keepaliveMs, () => this.closeBecause("no-answer", null));
  }

  // What becomes of its lines, and of its output.

  lineMayPass(): void {
    this.#goOn();
  }

  slowedDown(cause: FloodCause): void {
    this.#slowedBy = cause;
  }

  drained(waitedMs: number): void {
    if (waitedMs >= STALL_MS) this.#liveness?.heard();
    this.#goOn();
  }

  tooSlow(): void {
    this.closeBecause("too-slow", texts.tooSlow);
  }

  skipped(lines: number): void {
    this.#door.telemetry.skipped(lines);
  }

  #push(text: string, encoding: BufferEncoding = "utf8"): void {
    this.#outbox.push({ bytes: Buffer.from(text, encoding), lines: 0, holders: 0 });
  }

  #read(chunk: Buffer): void {
    if (this.#state === "closing" || this.#state === "closed" || this.#input !== "open") return;
    if (this.#state === "new") {
      this.#state = "open";
      const foreign = foreignBytes(chunk);
      if (foreign) return this.#sendAway(foreign);
    }
    this.#liveness?.heard();
    this.#intake.read(chunk);
    this.#pacer.read(chunk.length);
    this.#goOn();
  }

  /** Handles lines, and takes from what was read, as far as both may go on now. */
  #goOn(): void {
    if (this.#isGoingOn || this.#state === "closed") return;
    this.#isGoingOn = true;
    this.#handleLines();
    while (this.#mayTake()) {
      this.#take();
      this.#handleLines();
    }
    this.#isGoingOn = false;
    this.#tellSlowed();
    this.#regulate();
    if (this.#isDone()) this.closeBecause(this.#reason, null);
  }

  #tellSlowed(): void {
    const cause = this.#slowedBy;
    if (cause === null) return;
    this.#slowedBy = null;
    const [waiting, { telemetry, settings }] = [this.#intake.queue.length, this.#door];
    telemetry.throttled(this.#name ?? "", this.address);
    this.reply(cause === "person" ? texts.typingFast(settings.floodRate, waiting) : texts.addressTypesFast(waiting));
  }

  #mayTake(): boolean {
    if (this.#state !== "open" || !this.#intake.hasUnread || this.#intake.queue.isFull) return false;
    if (this.#outbox.hasOwn(MAX_WAITING_BYTES)) return false;
    // The line that is being handled may be the name, and what is behind it is said then.
    return this.#login === null || this.#handling === null;
  }

  #take(): void {
    const { loginBytes } = this.#door.settings;
    const bytesLeft = this.#login?.bytesLeft ?? Number.POSITIVE_INFINITY;
    if (bytesLeft <= 0) return this.closeBecause("login-bytes", NEWLINE + texts.loginBytes(loginBytes));
    const { bytes, answer } = this.#intake.take(bytesLeft);
    this.#login?.took(bytes);
    if (answer) this.#outbox.push({ bytes: answer, lines: 0, holders: 0 });
    const { queue } = this.#intake;
    if (this.#login === null && this.#door.queued.isTooMuch && queue.isLong) this.#dropLines();
  }

  /** Reads from the socket while all that was read is taken. */
  #regulate(): void {
    const isWanted = this.#state !== "open" || (this.#input === "open" && !this.#intake.hasUnread);
    const isReading = isWanted && !this.#pacer.isResting;
    if (isReading === !this.#socket.isPaused()) return;
    if (isReading) {
      this.#liveness?.heard();
      this.#socket.resume();
    } else this.#socket.pause();
  }

  /** Whether all that was read is handled, and nothing more will come. */
  #isDone(): boolean {
    const { hasUnread, queue } = this.#intake;
    return this.#input !== "open" && !hasUnread && queue.length === 0 && !this.#handling;
  }

  #handleLines(): void {
    const { queue } = this.#intake;
    for (let line = queue.head; line !== null; line = queue.head) {
      if (!this.#pacer.line() || !this.#mayHandle(line)) return;
      queue.shift();
      const handling = this.#handle(line);
      if (handling) this.#wait(handling);
    }
  }

  #mayHandle(line: string): boolean {
    if (this.#handling || this.#state !== "open") return false;
    if (this.#outbox.hasOwn(MAX_WAITING_BYTES)) return false;
    if (this.#session === null) return true;
    return this.#session.linesWaiting < MAX_LINES_WAITING && this.#mayType(line);
  }

  #mayType(line: string): boolean {
    // While it is closed, lines that were read have little time.
    if (this.#input === "refused") return true;
    const { budgets, chat, settings } = this.#door;
    if (settings.floodBurst === 0 && !budgets.isOn) return true;
    this.#flood ??= new FloodControl(() => this.#door.settings, budgets, chat.clock, this);
    return this.#flood.mayPass(line);
  }

  #sendAway(foreign: Foreign): void {
    this.#door.telemetry.foreign(this.address, foreign);
    this.closeBecause("foreign-protocol", texts.foreign[foreign]);
  }

  #handle(line: string): Promise<void> | void {
    if (this.#session) return dispatch(this.#door.chat, this.#session, line);
    const foreign = foreignLine(line);
    if (foreign) return this.#sendAway(foreign);
    return this.#loginStep(line);
  }

  #wait(handling: Promise<void>): void {
    this.#handling = handling
      .catch((error: unknown) => this.#door.chat.telemetry.failed("handle a line", error))
      .then(() => {
        this.#handling = null;
        this.#goOn();
      });
  }

  async #loginStep(line: string): Promise<void> {
    const { chat, telemetry } = this.#door;
    const step = await this.#login?.step(line, this);
    if (!step) return;
    if (step.type === "close") return this.closeBecause("not-logged-in", step.text);
    if (step.type === "ask-again") return this.#push(step.text);
    this.#session = step.session;
    // It closed meanwhile; the session ends when this step is done.
    if (this.#state !== "open") return;
    this.#login = null;
    this.#deadline?.cancel();
    this.#deadline = null;
    this.#name = step.session.name.shown;
    telemetry.loggedIn(this.#name, this.address);
    await greet(chat, step.session);
  }

  #beginLogin(): void {
    const { chat, bans, settings, newSessionId } = this.#door;
    this.#login = new SignInDialogue(chat, bans, settings, newSessionId);
    const { loginTimeoutMs } = settings;
    if (loginTimeoutMs === 0) return;
    const text = NEWLINE + texts.loginTimeout(Math.ceil(loginTimeoutMs / 1000));
    this.#deadline = chat.clock.after(loginTimeoutMs, () => this.closeBecause("login-timeout", text));
  }

  #peerEnded(): void {
    if (this.#input !== "open" || this.#state === "closing") return;
    this.#intake.end();
    this.#input = "ended";
    this.#goOn();
  }

  /** Drops the lines that wait, and tells their author how many. */
  #dropLines(): void {
    const dropped = this.#intake.dropAll();
    if (dropped > 0 && this.#login === null) this.reply(texts.linesNotSent(dropped));
  }

  async #endSession(): Promise<void> {
    await this.#handling;
    const session = this.#session;
    this.#session = null;
    if (session) await endSession(this.#door.chat, session);
    this.#outbox.end();
  }

  #gone(): void {
    const wasClosing = this.#state === "closing";
    this.#state = "closed";
    const unsent = this.#intake.dropAll();
    this.#deadline?.cancel();
    this.#flood?.stop();
    this.#liveness?.stop();
    this.#outbox.close();
    if (!wasClosing) this.#background(this.#endSession());
    this.#door.telemetry.closed(this.#name, this.address, this.#reason, this.#name === null ? 0 : unsent);
  }

  #background(task: Promise<void>): void {
    task.catch((error: unknown) => this.#door.chat.telemetry.failed("end a session", error));
  }
}
