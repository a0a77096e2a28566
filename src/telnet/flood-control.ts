import type { Clock, Timer } from "../chat/ports.ts";
import { Bucket } from "../gate/bucket.ts";
import type { TypingBudgets } from "../gate/typing-budgets.ts";
import { parseLine } from "../protocol/parse.ts";

export interface FloodLimits {
  /** Lines that may come at once, and how many a second after that; burst 0 = no limit. */
  readonly floodBurst: number;
  readonly floodRate: number;
  /** Lines beyond that, up to 16 KiB of them, that a person may paste; they come back over a minute. Commands are no part of it. */
  readonly pasteLines: number;
}

/** What makes lines wait: the person's own limit, or the one of everybody at the same address. */
export type FloodCause = "person" | "address";

/** Maximum bytes of pasted lines: what is said in the name of pasting must not fill a disk. */
const PASTE_BYTES = 16 * 1024;
const PASTE_SECONDS = 60;
/** Interval between two notices to somebody whose lines wait. */
const NOTICE_MS = 60_000;

export interface FloodEvents {
  /** The line may be handled now that `mayPass` made wait. */
  resume(): void;
  /** Lines wait, and the person is to be told. */
  slowedDown(cause: FloodCause): void;
}

/** How fast one connection may type. Nothing is dropped: a line that may not be handled yet waits, and so does what is behind it. */
export class FloodControl {
  readonly #budgets: TypingBudgets;
  readonly #network: string | null;
  readonly #clock: Clock;
  readonly #events: FloodEvents;
  readonly #lines: Bucket;
  readonly #pasteLines: Bucket;
  readonly #pasteBytes: Bucket;
  /** Of the line at the head of the queue: whether it is paid for, and may go. */
  #head: "new" | "waiting" | "paid" = "new";
  #cause: FloodCause = "person";
  #timer: Timer | null = null;
  #noticeMs = Number.NEGATIVE_INFINITY;
  #isLifted = false;

  /** @param network whose budget it shares; null: nobody's */
  constructor(
    { floodBurst, pasteLines }: FloodLimits,
    budgets: TypingBudgets,
    network: string | null,
    clock: Clock,
    events: FloodEvents,
  ) {
    this.#budgets = budgets;
    this.#network = network;
    this.#clock = clock;
    this.#events = events;
    const nowMs = clock.monotonicMs();
    this.#lines = new Bucket(floodBurst, nowMs);
    this.#pasteLines = new Bucket(pasteLines, nowMs);
    this.#pasteBytes = new Bucket(PASTE_BYTES, nowMs);
  }

  /** Whether the line at the head of the queue may be handled now; then it is paid for. A line that says nothing is free. */
  mayPass(line: string, limits: FloodLimits): boolean {
    if (this.#isLifted || (limits.floodBurst === 0 && this.#network === null)) return true;
    if (this.#head === "new") {
      const waitMs = this.#reserve(line, limits);
      if (waitMs > 0) this.#wait(waitMs);
    }
    if (this.#head === "waiting") {
      this.#tell();
      return false;
    }
    this.#head = "new";
    return true;
  }

  /** From now on no line waits: what was read is to be handled while there is time. */
  lift(): void {
    this.#isLifted = true;
    this.stop();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #reserve(line: string, limits: FloodLimits): number {
    const input = parseLine(line);
    if (input.type === "empty") return 0;
    const bytes = Buffer.byteLength(line);
    const ownMs = this.#reserveOwn(bytes, input.type === "command", limits);
    const sharedMs = this.#network === null ? 0 : this.#budgets.reserve(this.#network, bytes);
    this.#cause = sharedMs > ownMs ? "address" : "person";
    return Math.max(ownMs, sharedMs);
  }

  #reserveOwn(bytes: number, isCommand: boolean, { floodBurst, floodRate, pasteLines }: FloodLimits): number {
    if (floodBurst === 0 || floodRate === 0) return 0;
    const nowMs = this.#clock.monotonicMs();
    if (this.#lines.has(floodBurst, floodRate, nowMs, 1)) return this.#lines.reserve(floodBurst, floodRate, nowMs);
    const [lineRate, byteRate] = [pasteLines / PASTE_SECONDS, PASTE_BYTES / PASTE_SECONDS];
    const isPasted =
      !isCommand &&
      this.#pasteLines.has(pasteLines, lineRate, nowMs, 1) &&
      this.#pasteBytes.has(PASTE_BYTES, byteRate, nowMs, bytes);
    if (!isPasted) return this.#lines.reserve(floodBurst, floodRate, nowMs);
    this.#pasteLines.reserve(pasteLines, lineRate, nowMs);
    return this.#pasteBytes.reserve(PASTE_BYTES, byteRate, nowMs, bytes);
  }

  #wait(waitMs: number): void {
    this.#head = "waiting";
    this.#timer = this.#clock.after(waitMs, () => {
      this.#head = "paid";
      this.#events.resume();
    });
  }

  #tell(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#noticeMs < NOTICE_MS) return;
    this.#noticeMs = nowMs;
    this.#events.slowedDown(this.#cause);
  }
}
