import type { Clock, Timer } from "../ports/clock.ts";
import { Bucket } from "../gate/bucket.ts";
import type { TypingBudgetLimits, TypingBudgets } from "../gate/typing-budgets.ts";

export interface FloodLimits {
  /** Lines that may come at once, and how many a second after that; burst 0 = no limit. */
  readonly floodBurst: number;
  readonly floodRate: number;
  /** Pasted lines (no commands) beyond that, 16 KiB of them at most; they come back over a minute. 0: none. */
  readonly pasteLines: number;
}

/** What a line is: nothing that is visible, something said, or a command. */
export type LineKind = "empty" | "text" | "command";

/** What a line counts against the limits. */
export interface LineCost {
  readonly kind: LineKind;
  /** As UTF-8. */
  readonly bytes: number;
}

/** What makes lines wait: the person's own limit, or the one of everybody at the same address. */
export type FloodCause = "person" | "address";

const PASTE_SECONDS = 60;
/** Bytes of pasted lines, limited so that pasting cannot fill a disk. */
const PASTE_BYTES = { burst: 16 * 1024, perSecond: (16 * 1024) / PASTE_SECONDS };
/** Cost of a line of which nothing is visible; another line costs 1. */
const EMPTY_COST = 0.05;
/** Interval between two notices to somebody whose lines wait. */
const NOTICE_MS = 60_000;

export interface FloodEvents {
  readonly address: string;
  /** The line that `mayPass` held back may be handled now. */
  lineMayPass(): void;
  /** Lines are held back, and the person is to be told. */
  slowedDown(cause: FloodCause): void;
}

/** Limits how fast one connection may type. Nothing is dropped: lines that may not be handled yet wait, in order. */
export class FloodControl {
  readonly #limits: () => FloodLimits;
  readonly #budgets: TypingBudgets;
  readonly #clock: Clock;
  readonly #events: FloodEvents;
  readonly #lines: Bucket;
  readonly #pasteLines: Bucket;
  readonly #pasteBytes: Bucket;
  /** Whether the line at the head of the queue is paid for, and may go. */
  #nextLine: "unpaid" | "held" | "paid" = "unpaid";
  /** What the line costs that `#nextLine` is about. */
  #cost: LineCost | null = null;
  #cause: FloodCause = "person";
  #timer: Timer | null = null;
  #noticeMs = Number.NEGATIVE_INFINITY;
  /** The network whose budget the connection shares under these limits; null: none. */
  #network: string | null = null;
  #networkLimits: TypingBudgetLimits | null = null;

  constructor(limits: () => FloodLimits, budgets: TypingBudgets, clock: Clock, events: FloodEvents) {
    this.#limits = limits;
    this.#budgets = budgets;
    this.#clock = clock;
    this.#events = events;
    const nowMs = clock.monotonicMs();
    this.#lines = new Bucket(nowMs);
    this.#pasteLines = new Bucket(nowMs);
    this.#pasteBytes = new Bucket(nowMs);
  }

  /** Whether the line at the head of the queue may be handled now; then it is paid for. @param cost the same object for the same line */
  mayPass(cost: LineCost): boolean {
    // The line that was held back was dropped, and another one is in its place.
    if (this.#nextLine !== "unpaid" && cost !== this.#cost) this.#forget();
    if (this.#nextLine === "unpaid") {
      const waitMs = this.#reserve(cost);
      if (waitMs > 0) this.#wait(waitMs);
    }
    if (this.#nextLine === "held") {
      this.#tell();
      return false;
    }
    this.#nextLine = "unpaid";
    return true;
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #forget(): void {
    this.#timer?.cancel();
    this.#nextLine = "unpaid";
  }

  /** Pays for a line. Returns the milliseconds until it may be handled. */
  #reserve(cost: LineCost): number {
    this.#cost = cost;
    const limits = this.#limits();
    const network = this.#sharedNetwork();
    if (limits.floodBurst === 0 && network === null) return 0;
    const { kind, bytes } = cost;
    // An empty line says nothing, but finding that out costs as much as for any other.
    if (kind === "empty") return this.#reserveEmpty(limits);
    const ownMs = this.#reserveOwn(bytes, kind === "command", limits);
    const sharedMs = network === null ? 0 : this.#budgets.reserve(network, bytes);
    this.#cause = sharedMs > ownMs ? "address" : "person";
    return Math.max(ownMs, sharedMs);
  }

  /** Returns the network whose budget the connection shares, and finds it anew when the limits were read again. */
  #sharedNetwork(): string | null {
    const { limits } = this.#budgets;
    if (limits !== this.#networkLimits) this.#network = this.#budgets.networkOf(this.#events.address);
    this.#networkLimits = limits;
    return this.#network;
  }

  #reserveEmpty({ floodBurst, floodRate }: FloodLimits): number {
    if (floodBurst === 0 || floodRate === 0) return 0;
    return this.#lines.reserve({ burst: floodBurst, perSecond: floodRate }, this.#clock.monotonicMs(), EMPTY_COST);
  }

  #reserveOwn(bytes: number, isCommand: boolean, { floodBurst, floodRate, pasteLines }: FloodLimits): number {
    if (floodBurst === 0 || floodRate === 0) return 0;
    const nowMs = this.#clock.monotonicMs();
    const typing = { burst: floodBurst, perSecond: floodRate };
    const pasting = { burst: pasteLines, perSecond: pasteLines / PASTE_SECONDS };
    if (
      isCommand ||
      this.#lines.has(typing, nowMs, 1) ||
      !this.#pasteLines.has(pasting, nowMs, 1) ||
      !this.#pasteBytes.has(PASTE_BYTES, nowMs, bytes)
    ) {
      return this.#lines.reserve(typing, nowMs);
    }
    this.#pasteLines.reserve(pasting, nowMs);
    return this.#pasteBytes.reserve(PASTE_BYTES, nowMs, bytes);
  }

  #wait(waitMs: number): void {
    this.#nextLine = "held";
    this.#timer = this.#clock.after(waitMs, () => {
      this.#nextLine = "paid";
      this.#events.lineMayPass();
    });
  }

  #tell(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#noticeMs < NOTICE_MS) return;
    this.#noticeMs = nowMs;
    this.#events.slowedDown(this.#cause);
  }
}
