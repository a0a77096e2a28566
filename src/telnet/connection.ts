import type { Socket } from "node:net";
import type { Chunk, CloseWhy, Outlet, Timer } from "../chat/ports.ts";
import { MAX_LINES_WAITING, type Session } from "../chat/session.ts";
import { endSession } from "../chat/session-life.ts";
import { dispatch } from "../commands/dispatch.ts";
import { type Foreign, foreignBytes, foreignLine } from "../protocol/foreign.ts";
import { NEWLINE, renderNotice } from "../protocol/render.ts";
import { texts } from "../protocol/texts.ts";
import type { Door } from "./door.ts";
import { type FloodCause, FloodControl, type FloodEvents } from "./flood-control.ts";
import { Intake, type IntakeEvents } from "./intake.ts";
import { Liveness } from "./liveness.ts";
import { greet, Login } from "./login.ts";
import { Outbox, type OutboxEvents } from "./outbox.ts";
import type { CloseReason } from "./watch.ts";

/**
 * A peer that does not close its side is cut off after this. One that has may read on for as long as a slow reader may,
 * and never less.
 */
const LINGER_MS = 5000;
/** While so much waits to be written to a peer, nothing of what it sends is taken: the answers would only add to it. */
const MAX_WAITING_BYTES = 64 * 1024;
/** A peer that takes nothing for so long may not have seen what it is asked. */
const STALL_MS = 1000;
/** So much is read of one connection in a turn of the event loop; the kernel may have megabytes, but others have their turn first. */
const MAX_TURN_BYTES = 64 * 1024;
/** Commands of one connection that may follow each other before others have their turn. */
const LINES_IN_A_TURN = 16;

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
  /** Until it is logged in. */
  #login: Login | null = null;
  #session: Session | null = null;
  /** When it is cut off: at first if it does not log in, at last if it does not close. */
  #deadline: Timer | null = null;
  /** Null until it says its first line, and where there are no limits. */
  #flood: FloodControl | null = null;
  /** Null: it has not spoken telnet, and cannot be asked anything. */
  #liveness: Liveness | null = null;
  /** The line that is being handled, where that takes time. Never rejects. */
  #handling: Promise<void> | null = null;
  /** How many that were. */
  #waited = 0;
  #state: "new" | "open" | "closing" | "closed" = "new";
  #isGoingOn = false;
  /** What was read in which turn of the event loop; and whether others have theirs first. */
  #turn = 0;
  #turnBytes = 0;
  #isResting = false;
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
    if (session) this.#dropLines();
    if (!session || this.#state !== "open") return;
    this.reply(text);
    this.#session = null;
    this.#name = null;
    this.#beginLogin();
    const { chat } = this.#door;
    this.#background(endSession(chat, session).then(() => this.#push(texts.loginPrompt)));
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
    this.#background(this.#endSession());
  }

  #cutOffLater(): void {
    const { closeAfterMs } = this.#door.pool.limits;
    const isReading = this.#socket.readableEnded;
    if (isReading && closeAfterMs === 0) return;
    const lingerMs = Math.max(LINGER_MS, isReading ? closeAfterMs : 0);
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
    this.#reason = "shutdown";
    this.#input = "refused";
    this.#flood?.lift();
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

  slowedDown(cause: FloodCause): void {
    const waiting = this.#intake.queue.length;
    this.#door.watch.throttled(this.#name ?? "", this.address);
    this.reply(
      cause === "person" ? texts.typingFast(this.#door.settings.floodRate, waiting) : texts.addressTypesFast(waiting),
    );
  }

  drained(waitedMs: number): void {
    if (waitedMs >= STALL_MS) this.#liveness?.heard();
    this.#goOn();
  }

  tooSlow(): void {
    this.closeBecause("too-slow", texts.tooSlow);
  }

  skipped(lines: number): void {
    this.#door.watch.skipped(lines);
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
    this.#restIfMuch(chunk.length);
    this.#goOn();
  }

  #restIfMuch(bytes: number): void {
    const turn = this.#door.turns.current;
    this.#turnBytes = bytes + (turn === this.#turn ? this.#turnBytes : 0);
    this.#turn = turn;
    if (this.#turnBytes < MAX_TURN_BYTES || this.#isResting) return;
    this.#isResting = true;
    this.#door.chat.clock.soon(() => {
      this.#isResting = false;
      this.#regulate();
    });
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
    this.#regulate();
    if (this.#isDone()) this.closeBecause(this.#reason, null);
  }

  #mayTake(): boolean {
    if (this.#state !== "open" || !this.#intake.hasUnread || this.#intake.queue.isFull) return false;
    if (this.#outbox.waitingBytes > MAX_WAITING_BYTES) return false;
    if (this.#login === null) return true;
    // The line that is being handled may be the name, and what is behind it is said then.
    if (this.#handling) return false;
    if (this.#login.bytesLeft > 0) return true;
    this.closeBecause("login-bytes", NEWLINE + texts.loginBytes(this.#door.settings.loginBytes));
    return false;
  }

  #take(): void {
    const { bytes, answer } = this.#intake.take(this.#login?.bytesLeft ?? Number.POSITIVE_INFINITY);
    this.#login?.took(bytes);
    if (answer) this.#outbox.push({ bytes: answer, lines: 0, holders: 0 });
    const { queue } = this.#intake;
    if (this.#login === null && this.#door.queued.isTooMuch && queue.isLong) this.#dropLines();
  }

  /** Reads from the socket while all that was read is taken. */
  #regulate(): void {
    const isWanted = this.#state !== "open" || (this.#input === "open" && !this.#intake.hasUnread);
    const isReading = isWanted && !this.#isResting;
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
      if (!this.#mayHandle(line)) return;
      queue.shift();
      const handling = this.#handle(line);
      if (handling) this.#wait(handling);
    }
  }

  #mayHandle(line: string): boolean {
    if (this.#handling || this.#state !== "open") return false;
    if (this.#outbox.waitingBytes > MAX_WAITING_BYTES) return false;
    if (this.#session === null) return true;
    return this.#session.linesWaiting < MAX_LINES_WAITING && this.#mayType(line);
  }

  #mayType(line: string): boolean {
    const { settings, budgets, chat } = this.#door;
    this.#flood ??= new FloodControl(settings, budgets, budgets.networkOf(this.address), chat.clock, this);
    return this.#flood.mayPass(line, settings);
  }

  #sendAway(foreign: Foreign): void {
    this.#door.watch.foreign(this.address, foreign);
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
      .catch((error: unknown) => this.#door.chat.watch.failed("handle a line", error))
      .then(() => {
        this.#handling = null;
        this.#waited += 1;
        if (this.#waited % LINES_IN_A_TURN > 0) this.#goOn();
        else this.#door.chat.clock.soon(() => this.#goOn());
      });
  }

  async #loginStep(line: string): Promise<void> {
    const { chat, watch } = this.#door;
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
    watch.loggedIn(this.#name, this.address);
    await greet(chat, step.session);
  }

  #beginLogin(): void {
    const { chat, bans, settings, newSessionId } = this.#door;
    this.#login = new Login(chat, bans, settings, newSessionId);
    const { loginTimeoutMs } = settings;
    if (loginTimeoutMs === 0) return;
    const text = NEWLINE + texts.loginTimeout(Math.ceil(loginTimeoutMs / 1000));
    this.#deadline = chat.clock.after(loginTimeoutMs, () => this.closeBecause("login-timeout", text));
  }

  #peerEnded(): void {
    if (this.#input !== "open") return;
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
    this.#door.watch.closed(this.#name, this.address, this.#reason, this.#name === null ? 0 : unsent);
  }

  #background(task: Promise<void>): void {
    task.catch((error: unknown) => this.#door.chat.watch.failed("end a session", error));
  }
}
