import type { Socket } from "node:net";
import type { Chat } from "../chat/chat.ts";
import { enterLobby } from "../chat/membership.ts";
import type { Chunk, CloseWhy, Outlet, Timer } from "../chat/ports.ts";
import { MAX_LINES_WAITING, type Session } from "../chat/session.ts";
import { endSession } from "../chat/session-life.ts";
import { dispatch } from "../commands/dispatch.ts";
import type { Bans } from "../gate/bans.ts";
import { type Foreign, foreignBytes, foreignLine } from "../protocol/foreign.ts";
import type { LineLimits } from "../protocol/line-decoder.ts";
import { NEWLINE, renderNotice } from "../protocol/render.ts";
import { type InputSink, TelnetInput } from "../protocol/telnet-input.ts";
import { texts } from "../protocol/texts.ts";
import { Liveness } from "./liveness.ts";
import { Login, type LoginSettings, type NewSessionId } from "./login.ts";
import { Outbox, type OutboxEvents } from "./outbox.ts";
import type { OutboxPool } from "./outbox-pool.ts";
import { Typing, type TypingLimits } from "./typing.ts";
import type { CloseReason, TelnetWatch } from "./watch.ts";

export interface ConnectionSettings extends LoginSettings, LineLimits, TypingLimits {
  readonly loginTimeoutMs: number;
  /** So many bytes may come before a name is taken; 0 = any number. */
  readonly loginBytes: number;
  /** A peer that has spoken telnet and says nothing for so long is asked whether it is there; 0 = never. */
  readonly keepaliveMs: number;
}

/** What all connections of the door share. */
export interface Door {
  readonly chat: Chat;
  readonly pool: OutboxPool;
  readonly watch: TelnetWatch;
  readonly bans: Bans;
  /** Replaced as a whole when they are read again; open connections keep their limits on lines. */
  settings: ConnectionSettings;
  readonly newSessionId: NewSessionId;
}

/**
 * A peer that does not close its side is cut off after this. One that has may read on for as long as a slow reader may,
 * and never less.
 */
const LINGER_MS = 5000;
/** While so much waits to be written to a peer, what it sends is not read: its replies would only add to it. */
const MAX_WAITING_BYTES = 64 * 1024;

/**
 * One socket and the person behind it: lines in, one at a time and in order; output through the outbox. Reading stops
 * while the session's lines wait to be stored or its output is not taken.
 */
export class Connection implements Outlet, InputSink, OutboxEvents {
  readonly address: string;
  readonly #door: Door;
  readonly #socket: Socket;
  readonly #input: TelnetInput;
  readonly #outbox: Outbox;
  /** Until it is logged in. */
  #login: Login | null;
  #session: Session | null = null;
  /** When it is cut off: at first if it does not log in, at last if it does not close. */
  #deadline: Timer | null = null;
  #bytesBeforeLogin = 0;
  /** Null until it says its first line. */
  #typing: Typing | null = null;
  /** Null: it has not spoken telnet, and cannot be asked anything. */
  #liveness: Liveness | null = null;
  /** Lines that came and were not handled yet. */
  #lines: string[] = [];
  /** The line that is being handled, where that takes time. Never rejects. */
  #handling: Promise<void> | null = null;
  #state: "new" | "open" | "closing" | "closed" = "new";
  #hasPeerEnded = false;
  /** Under which name it was logged in, for the log. */
  #name: string | null = null;
  #reason: CloseReason = "peer-closed";

  /** @param address where the peer is; behind a proxy, not what the socket says */
  constructor(socket: Socket, address: string, door: Door) {
    this.#socket = socket;
    this.#door = door;
    this.address = address;
    this.#input = new TelnetInput(door.settings, this);
    this.#outbox = new Outbox(socket, door.pool, this);
    this.#login = new Login(door.chat, door.bans, door.settings, door.newSessionId);
    this.#limitLogin();
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
    if (!session || this.#state === "closing" || this.#state === "closed") return;
    const { chat, bans, settings, newSessionId } = this.#door;
    this.reply(text);
    this.#session = null;
    this.#name = null;
    this.#bytesBeforeLogin = 0;
    this.#login = new Login(chat, bans, settings, newSessionId);
    this.#limitLogin();
    this.#background(endSession(chat, session).then(() => this.#push(texts.loginPrompt)));
  }

  resume(): void {
    if (this.#lines.length > 0 || this.#hasPeerEnded || this.#state === "closing") this.#handleLines();
  }

  /** Says `text`, ends the session when its lines are settled, and closes when everything is written. */
  closeBecause(reason: CloseReason, text: string | null): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#state = "closing";
    this.#reason = reason;
    this.#lines = [];
    if (text !== null) this.reply(text);
    this.#deadline?.cancel();
    this.#cutOffLater();
    this.#background(this.#endSession());
  }

  #cutOffLater(): void {
    const { closeAfterMs } = this.#door.pool.limits;
    const isReading = this.#socket.readableEnded;
    if (isReading && closeAfterMs === 0) return;
    const lingerMs = isReading ? Math.max(LINGER_MS, closeAfterMs) : LINGER_MS;
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

  /** As when the peer ends: what was read is still handled, then the connection is closed. */
  drain(): void {
    if (this.#state === "new") return this.closeBecause("shutdown", null);
    this.#reason = "shutdown";
    this.#hasPeerEnded = true;
    this.#handleLines();
  }

  /** There is no more time: what is not written by now will not be. */
  cutOff(): void {
    this.#socket.destroy();
  }

  // What the peer sent.

  line(text: string): void {
    this.#lines.push(text);
  }

  lineTooLong(bytes: number): void {
    this.reply(texts.lineTooLong(bytes, this.#door.settings.maxLineBytes));
    if (this.#login) this.#push(texts.loginPrompt);
  }

  lineEndless(): void {
    this.closeBecause("endless-line", texts.lineEndless(this.#door.settings.maxRunBytes));
  }

  subnegotiationTooLong(): void {
    this.closeBecause("endless-subnegotiation", texts.subnegotiationTooLong);
  }

  answer(bytes: string): void {
    this.#push(bytes, "latin1");
  }

  echo(text: string): void {
    this.#push(text);
  }

  interrupt(): void {
    this.reply(texts.howToLeave);
    if (this.#login) this.#push(texts.loginPrompt);
  }

  areYouThere(): void {
    this.reply(texts.isHere);
  }

  speaksTelnet(): void {
    if (this.#liveness) return;
    this.#liveness = new Liveness(this.#door.chat.clock, () => this.#push(this.#input.askMark(), "latin1"));
    const { keepaliveMs } = this.#door.settings;
    if (keepaliveMs > 0) this.#liveness.watch(keepaliveMs, () => this.closeBecause("no-answer", null));
  }

  // What becomes of its output.

  drained(): void {
    this.resume();
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
    if (this.#state === "closing" || this.#state === "closed") return;
    if (this.#state === "new") {
      this.#state = "open";
      const foreign = foreignBytes(chunk);
      if (foreign) return this.#sendAway(foreign);
    }
    this.#liveness?.heard();
    this.#typing?.newRead(this.#door.settings);
    if (this.#login) this.#bytesBeforeLogin += chunk.length;
    this.#input.push(chunk);
    if (this.#lines.length === 0) this.#checkBytesBeforeLogin();
    this.#handleLines();
  }

  #checkBytesBeforeLogin(): void {
    const { loginBytes } = this.#door.settings;
    if (this.#login === null || loginBytes === 0 || this.#bytesBeforeLogin <= loginBytes) return;
    this.closeBecause("login-bytes", NEWLINE + texts.loginBytes(loginBytes));
  }

  #sendAway(foreign: Foreign): void {
    this.#door.watch.foreign(this.address, foreign);
    this.closeBecause("foreign-protocol", texts.foreign[foreign]);
  }

  /** Handles the lines that came, as far as they may go on now; reads no more while some are left. */
  #handleLines(): void {
    let next = 0;
    while (next < this.#lines.length) {
      const line = this.#lines[next] ?? "";
      if (!this.#mayHandle(line)) break;
      const handling = this.#handle(line);
      next += 1;
      if (handling) this.#wait(handling);
    }
    if (next > 0) this.#lines = next === this.#lines.length ? [] : this.#lines.slice(next);
    if (this.#lines.length === 0 && this.#hasPeerEnded && !this.#handling) this.closeBecause(this.#reason, null);
    if (this.#lines.length === 0) {
      if (this.#socket.isPaused()) this.#socket.resume();
    } else this.#socket.pause();
  }

  #mayHandle(line: string): boolean {
    if (this.#handling || this.#state !== "open") return false;
    if (this.#outbox.waitingBytes > MAX_WAITING_BYTES) return false;
    if (this.#session === null) return true;
    return this.#session.linesWaiting < MAX_LINES_WAITING && this.#mayType(line);
  }

  /** Whether the next line may be handled already; or else it is handled when it may. */
  #mayType(line: string): boolean {
    const { settings, chat } = this.#door;
    if (settings.floodBurst === 0 || settings.floodRate === 0) return true;
    this.#typing ??= new Typing(settings, chat.clock, () => this.#handleLines());
    if (this.#typing.take(Buffer.byteLength(line))) return true;
    if (this.#typing.takeNotice()) {
      this.#door.watch.throttled(this.#name ?? "", this.address);
      this.reply(texts.typingFast(settings.floodRate));
    }
    return false;
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
        this.#handleLines();
      });
  }

  async #loginStep(line: string): Promise<void> {
    const { chat, watch } = this.#door;
    const step = await this.#login?.step(line, this);
    if (!step) return;
    if (step.type === "close") return this.closeBecause("not-logged-in", step.text);
    if (step.type === "ask-again") {
      this.#push(step.text);
      return this.#checkBytesBeforeLogin();
    }
    this.#session = step.session;
    // It closed meanwhile; the session ends when this step is done.
    if (this.#state !== "open") return;
    this.#login = null;
    this.#deadline?.cancel();
    this.#deadline = null;
    const { shown } = step.session.name;
    this.#name = shown;
    watch.loggedIn(shown, this.address);
    this.reply(texts.welcome(shown));
    this.reply(texts.seeHelp);
    await enterLobby(chat, step.session);
  }

  #limitLogin(): void {
    const { loginTimeoutMs } = this.#door.settings;
    if (loginTimeoutMs === 0) return;
    this.#deadline = this.#door.chat.clock.after(loginTimeoutMs, () => this.#loginTooLate(loginTimeoutMs));
  }

  #loginTooLate(afterMs: number): void {
    this.closeBecause("login-timeout", NEWLINE + texts.loginTimeout(Math.ceil(afterMs / 1000)));
  }

  #peerEnded(): void {
    this.#hasPeerEnded = true;
    this.#input.end();
    this.#handleLines();
  }

  /** Once: after what it asked for last is done. */
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
    this.#lines = [];
    this.#deadline?.cancel();
    this.#typing?.stop();
    this.#liveness?.stop();
    this.#outbox.close();
    if (!wasClosing) this.#background(this.#endSession());
    this.#door.watch.closed(this.#name, this.address, this.#reason);
  }

  #background(task: Promise<void>): void {
    task.catch((error: unknown) => this.#door.chat.watch.failed("end a session", error));
  }
}
