import type { Socket } from "node:net";
import { MAX_LINES_WAITING, type Session } from "../chat/sessions/session.ts";
import { parseLine } from "../commands/dispatch.ts";
import { type FloodCause, FloodControl, type LineCost } from "../net/flood-control.ts";
import { MAX_WRITE_BYTES, type Outbox } from "../net/outbox.ts";
import { ReadPacer } from "../net/turns.ts";
import type { Door } from "./door.ts";
import { Intake, type IntakeEvents, type Taken } from "./intake.ts";

/** Bytes of waiting replies above which the peer's input is neither parsed nor handled, as more would add to them. */
const MAX_WAITING_BYTES = MAX_WRITE_BYTES;

/** Whose input it is. */
export interface InputOwner extends IntakeEvents {
  readonly address: string;
  /** Whether lines are handled. */
  readonly isOpen: boolean;
  /** Null until somebody has signed in. */
  readonly session: Session | null;
  /** Bytes that may still come before somebody has signed in. */
  readonly bytesLeft: number;
  /** A part of what came was taken. */
  took(taken: Taken): void;
  /** More came than may before somebody has signed in. */
  tookTooMuch(): void;
  /** Does what a line asks for. Returns a promise, which never rejects, where the next line has to wait for it. */
  handle(line: string): Promise<void> | void;
  /** Lines wait because too many come. */
  slowedDown(cause: FloodCause, waiting: number): void;
  /** The memory for lines that wait is used up, and this peer has many. */
  tooManyWait(): void;
  /** The socket is about to be read again. */
  readsAgain(): void;
  /** All that was read is handled, and nothing more will come. */
  inputIsOver(): void;
}

/** What one peer sends, from bytes to lines that are handled: one at a time, in order, and as fast as they may come. */
export class InputLoop {
  readonly #socket: Socket;
  readonly #door: Door;
  readonly #outbox: Outbox;
  readonly #owner: InputOwner;
  readonly #intake: Intake;
  readonly #pacer: ReadPacer;
  /** Null until the first line of a session, and where there are no limits. */
  #flood: FloodControl | null = null;
  /** The line that is being handled, where that takes time. Never rejects. */
  #handling: Promise<void> | null = null;
  /** The line that was last asked about, and what it costs. */
  #costed: { readonly line: string; readonly cost: LineCost } | null = null;
  #isGoingOn = false;
  /** Lines were held back in this run, and the person is to be told at its end, when it is known how many. */
  #slowedBy: FloodCause | null = null;
  /** The peer has finished sending, or what it sends from now on is not wanted. */
  #source: "open" | "ended" | "refused" = "open";

  constructor(socket: Socket, door: Door, outbox: Outbox, owner: InputOwner) {
    this.#socket = socket;
    this.#door = door;
    this.#outbox = outbox;
    this.#owner = owner;
    this.#intake = new Intake(door.lineLimits, door.queued, door.context.clock, owner);
    this.#pacer = new ReadPacer(door.turns, this);
  }

  /** Whether nothing more is read from the peer. */
  get isOver(): boolean {
    return this.#source !== "open";
  }

  /** Whether something of the peer was read, or may wait to be read, that was not looked at. */
  get isBlind(): boolean {
    return this.isOver || this.#intake.hasUnread;
  }

  /** Resolves when the line that is being handled is. */
  whenHandled(): Promise<void> {
    return this.#handling ?? Promise.resolve();
  }

  askMark(): string {
    return this.#intake.askMark();
  }

  /** As `TelnetInput.askForKeys`. */
  askForKeys(): string {
    return this.#intake.askForKeys();
  }

  /** As `TelnetInput.endKeys`. */
  endKeys(): string {
    return this.#intake.endKeys();
  }

  read(chunk: Buffer): void {
    this.#intake.read(chunk);
    this.#pacer.read(chunk.length);
    this.goOn();
  }

  /** The peer has finished sending. */
  end(): void {
    if (this.isOver) return;
    this.#intake.end();
    this.#source = "ended";
    this.goOn();
  }

  /** What was read is still handled, and no flood control holds it back; nothing more is read. */
  refuse(): void {
    this.#source = "refused";
    this.goOn();
  }

  /** Drops the lines that wait. Returns how many. */
  drop(): number {
    return this.#intake.dropAll();
  }

  stop(): void {
    this.#flood?.stop();
  }

  /** Handles lines, and takes from what was read, as far as both may go on now. */
  goOn(): void {
    if (this.#isGoingOn || this.#socket.destroyed) return;
    this.#isGoingOn = true;
    this.#handleLines();
    while (this.#mayTake()) {
      this.#take();
      this.#handleLines();
    }
    this.#isGoingOn = false;
    if (this.#slowedBy !== null) this.#owner.slowedDown(this.#slowedBy, this.#intake.queue.length);
    this.#slowedBy = null;
    this.regulate();
    if (this.#isDone()) this.#owner.inputIsOver();
  }

  /** Reads from the socket while all that was read is taken. */
  regulate(): void {
    const isWanted = !this.#owner.isOpen || (this.#source === "open" && !this.#intake.hasUnread);
    const isReading = isWanted && !this.#pacer.isResting;
    if (isReading === !this.#socket.isPaused()) return;
    if (!isReading) return void this.#socket.pause();
    this.#owner.readsAgain();
    this.#socket.resume();
  }

  #mayTake(): boolean {
    if (!this.#owner.isOpen || !this.#intake.hasUnread || this.#intake.queue.isFull) return false;
    if (this.#outbox.hasOwn(MAX_WAITING_BYTES)) return false;
    // The line that is being handled may be the name, and what is behind it is said then.
    return this.#owner.isLoggedIn || this.#handling === null;
  }

  #take(): void {
    const { bytesLeft } = this.#owner;
    if (bytesLeft <= 0) return this.#owner.tookTooMuch();
    this.#owner.took(this.#intake.take(bytesLeft));
    if (this.#owner.isLoggedIn && this.#door.queued.isTooMuch && this.#intake.queue.isLong) this.#owner.tooManyWait();
  }

  /** Whether all that was read is handled, and nothing more will come. */
  #isDone(): boolean {
    const { hasUnread, queue } = this.#intake;
    return this.isOver && !hasUnread && queue.length === 0 && !this.#handling;
  }

  #handleLines(): void {
    const { queue } = this.#intake;
    for (let line = queue.head; line !== null; line = queue.head) {
      if (!this.#pacer.line() || !this.#mayHandle(line)) return;
      queue.shift();
      const handling = this.#owner.handle(line);
      if (handling) this.#wait(handling);
    }
  }

  #mayHandle(line: string): boolean {
    const { isOpen, session } = this.#owner;
    if (this.#handling || !isOpen) return false;
    if (this.#outbox.hasOwn(MAX_WAITING_BYTES)) return false;
    if (session === null) return true;
    return session.linesWaiting < MAX_LINES_WAITING && this.#mayType(line);
  }

  #mayType(line: string): boolean {
    // While the connection is closed, lines that were read have little time.
    if (this.#source === "refused") return true;
    const { budgets, context, settings } = this.#door;
    if (settings.floodBurst === 0 && !budgets.isOn) return true;
    this.#flood ??= new FloodControl(() => this.#door.settings, budgets, context.clock, {
      address: this.#owner.address,
      lineMayPass: () => this.goOn(),
      slowedDown: (cause) => (this.#slowedBy = cause),
    });
    if (!this.#flood.mayPass(this.#costOf(line))) return false;
    this.#costed = null;
    return true;
  }

  /** A line that has to wait is asked about often, and looked at once. */
  #costOf(line: string): LineCost {
    if (this.#costed?.line !== line) {
      this.#costed = { line, cost: { kind: parseLine(line).type, bytes: Buffer.byteLength(line) } };
    }
    return this.#costed.cost;
  }

  #wait(handling: Promise<void>): void {
    this.#handling = handling
      .catch((error: unknown) => this.#door.context.telemetry.failed("handle a line", error))
      .then(() => {
        this.#handling = null;
        this.goOn();
      });
  }
}
