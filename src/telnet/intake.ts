import type { Clock } from "../ports/clock.ts";
import { Bucket } from "../gate/bucket.ts";
import { corrected } from "./corrections.ts";
import type { LineLimits } from "./typed-line.ts";
import { NEWLINE } from "../formats/text/text-format.ts";
import { type InputDisplay, type InputSink, TelnetInput } from "./input.ts";
import { texts } from "../formats/text/sentences.ts";
import { LineQueue, type LineQueueTotal } from "../net/line-queue.ts";
import type { CloseReason } from "../net/telemetry.ts";

export interface IntakeEvents {
  /** Whether lines are said in a session; before that they are answers to the login prompt. */
  readonly isLoggedIn: boolean;
  /** The peer sends something that nobody would: no more is read. */
  closeBecause(reason: CloseReason, text: string): void;
  /** A telnet command came: the peer is no nc. */
  spokeTelnet(): void;
  /** What a line is typed behind, where that has to be written after a notice; empty: nothing. */
  readonly promptAgain: string;
  /** Where the line is edited, if keys come one by one. */
  readonly display: InputDisplay;
}

/** A slice that was taken: its length, and what to write because of it, as latin1 strings. */
export interface Taken {
  readonly bytes: number;
  /** Telnet's. GNU telnet shows no text between ^C and the answer to it, so these go first. */
  readonly commands: string;
  readonly text: string;
}

/** Maximum bytes that are taken at once, and answered in one piece. */
const SLICE_BYTES = 1024;
/** Telnet commands and editing keys, at once and a second: more than any hand can press. Flood control sees none. */
const KEYS = { burst: 2000, perSecond: 200 };
/** Looks for what Tab may mean, at once and a second. */
const COMPLETIONS = { burst: 50, perSecond: 10 };

/** What one peer sends, from bytes to lines that wait, a slice at a time: the rest of a read stays here as bytes. */
export class Intake implements InputSink {
  readonly queue: LineQueue;
  readonly #limits: LineLimits;
  readonly #clock: Clock;
  readonly #events: IntakeEvents;
  readonly #input: TelnetInput;
  /** Read, and not taken yet. */
  #unread: Buffer | null = null;
  #hasPeerEnded = false;
  /** Null until the first key or command. */
  #keys: Bucket | null = null;
  /** Null until the first Tab. */
  #completions: Bucket | null = null;
  /** Telnet commands and text to write because of the slice that is being taken, as latin1 strings. */
  #commands = "";
  #text = "";
  /** Lines that an interrupt in this slice has thrown away; null: there was none. */
  #interrupted: number | null = null;

  constructor(limits: LineLimits, total: LineQueueTotal, clock: Clock, events: IntakeEvents) {
    this.#limits = limits;
    this.#clock = clock;
    this.#events = events;
    this.#input = new TelnetInput(limits, this);
    this.queue = new LineQueue(total);
  }

  /** Whether a part of what was read was not taken yet. */
  get hasUnread(): boolean {
    return this.#unread !== null;
  }

  read(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#unread = this.#unread ? Buffer.concat([this.#unread, chunk]) : chunk;
  }

  /** Takes the next slice, of so many bytes at most. Returns its length, and the bytes to write because of it. */
  take(mostBytes: number): Taken {
    const unread = this.#unread;
    if (!unread) return { bytes: 0, commands: "", text: "" };
    const wanted = Math.min(SLICE_BYTES, mostBytes);
    // No byte is left over alone: ^D that comes alone means something.
    const slice = unread.length <= wanted + 1 && wanted < mostBytes ? unread : unread.subarray(0, wanted);
    this.#unread = slice.length < unread.length ? unread.subarray(slice.length) : null;
    this.#input.push(slice);
    this.#endIfOver();
    this.#tellInterrupt();
    const taken = { bytes: slice.length, commands: this.#commands, text: this.#text };
    this.#commands = "";
    this.#text = "";
    return taken;
  }

  /** The peer has finished sending: what it sent without a line end is its last line. */
  end(): void {
    this.#hasPeerEnded = true;
    this.#endIfOver();
  }

  askMark(): string {
    return this.#input.askMark();
  }

  /** As `TelnetInput.askForKeys`. */
  askForKeys(): string {
    return this.#input.askForKeys();
  }

  /** As `TelnetInput.endKeys`. */
  endKeys(): string {
    return this.#input.endKeys();
  }

  /** Drops everything that was read and waits, and the line that was begun. Returns how many whole lines that were. */
  dropAll(): number {
    const display = this.#input.isEditing ? this.display : null;
    if (display) display.isMuted = true;
    while (this.#unread) this.take(Number.POSITIVE_INFINITY);
    if (display) display.isMuted = false;
    this.#input.dropLine();
    return this.queue.clear();
  }

  line(typed: string): void {
    const text = corrected(typed);
    // Empty lines say nothing, but the login prompt answers them.
    if (this.#events.isLoggedIn && text.trim() === "") return;
    // Bad UTF-8 grows when it becomes U+FFFD.
    const bytes = Buffer.byteLength(text);
    const { maxLineBytes } = this.#limits;
    if (maxLineBytes > 0 && bytes > maxLineBytes) return this.lineTooLong(bytes);
    this.queue.push(text, bytes);
  }

  lineTooLong(bytes: number): void {
    this.#say(texts.lineTooLong(bytes, this.#limits.maxLineBytes));
  }

  lineEndless(): void {
    this.#break("endless-line", texts.lineEndless(this.#limits.maxRunBytes));
  }

  subnegotiationTooLong(): void {
    this.#break("endless-subnegotiation", texts.subnegotiationTooLong);
  }

  get display(): InputDisplay {
    return this.#events.display;
  }

  answer(bytes: string): void {
    this.#commands += bytes;
  }

  telnetCommand(): boolean {
    this.#events.spokeTelnet();
    return this.controlKey();
  }

  controlKey(): boolean {
    const nowMs = this.#clock.monotonicMs();
    this.#keys ??= new Bucket(nowMs);
    if (this.#keys.take(KEYS, nowMs) === 0) return true;
    this.#break("too-many-keys", texts.tooManyKeys);
    return false;
  }

  get isLoggedIn(): boolean {
    return this.#events.isLoggedIn;
  }

  mayComplete(): boolean {
    // More of the same read follows: it is pasted.
    if (this.#unread !== null) return false;
    const nowMs = this.#clock.monotonicMs();
    this.#completions ??= new Bucket(nowMs);
    return this.#completions.take(COMPLETIONS, nowMs) === 0;
  }

  interrupt(): void {
    const dropped = this.#events.isLoggedIn ? this.queue.clear() : 0;
    this.#interrupted = (this.#interrupted ?? 0) + dropped;
  }

  areYouThere(): void {
    this.#text += toLatin1(texts.isHere + NEWLINE);
  }

  #endIfOver(): void {
    if (this.#hasPeerEnded && this.#unread === null) this.#input.end();
  }

  /** GNU telnet discards output between ^C (IP and DO TIMING-MARK) and the answer, so the notice follows the answer. */
  #tellInterrupt(): void {
    const dropped = this.#interrupted;
    if (dropped === null) return;
    this.#interrupted = null;
    // A terminal that edits its lines shows ^C behind what was typed.
    if (!this.#input.isEditing) this.#text += NEWLINE;
    this.#say(dropped > 0 ? texts.linesDropped(dropped) : texts.howToLeave);
  }

  #say(text: string): void {
    this.#text += toLatin1(text + NEWLINE + this.#events.promptAgain);
  }

  #break(reason: CloseReason, text: string): void {
    this.#input.stop();
    this.#unread = null;
    this.#commands = "";
    this.#text = "";
    this.#interrupted = null;
    // Behind the prompt a line begins anew.
    this.#events.closeBecause(reason, this.#events.isLoggedIn ? text : NEWLINE + text);
  }
}

/** Text as the bytes of its UTF-8, one character each. */
function toLatin1(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text).toString("latin1");
}
