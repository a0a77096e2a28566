import type { Clock, Timer } from "../chat/ports.ts";
import { Bucket } from "../gate/bucket.ts";

export interface TypingLimits {
  /** Lines that may come at once, and how many a second after that; burst 0 = no limit. */
  readonly floodBurst: number;
  readonly floodRate: number;
  /** So many lines that come in one read count as one: somebody has pasted them. */
  readonly pasteLines: number;
}

/** A paste has so many bytes at most: what is said in the name of pasting must not fill a disk. */
const PASTE_BYTES = 8192;
/** Somebody who types fast is told so no more often. */
const NOTICE_MS = 60_000;

/** How fast one person may type. Nothing is dropped: a line that may not be handled yet waits, and so does what is behind it. */
export class Typing {
  readonly #clock: Clock;
  readonly #goOn: () => void;
  readonly #bucket: Bucket;
  #limits: TypingLimits;
  /** Lines of this read that count as one with the line before. */
  #pasted = 0;
  #pastedBytes = 0;
  #timer: Timer | null = null;
  #noticeMs = Number.NEGATIVE_INFINITY;

  /** @param goOn is called when the next line may be handled that `take` made wait */
  constructor(limits: TypingLimits, clock: Clock, goOn: () => void) {
    this.#limits = limits;
    this.#clock = clock;
    this.#goOn = goOn;
    this.#bucket = new Bucket(limits.floodBurst, clock.monotonicMs());
  }

  /** Lines come from here on that were not pasted with those before. */
  newRead(limits: TypingLimits): void {
    this.#limits = limits;
    this.#pasted = 0;
  }

  /** Whether the next line, of so many bytes, may be handled now; then it is paid for. */
  take(bytes: number): boolean {
    if (this.#pasted > 0 && this.#pastedBytes + bytes <= PASTE_BYTES) {
      this.#pasted -= 1;
      this.#pastedBytes += bytes;
      return true;
    }
    if (this.#timer) return false;
    const { floodBurst, floodRate, pasteLines } = this.#limits;
    const waitMs = this.#bucket.take(floodBurst, floodRate, this.#clock.monotonicMs());
    if (waitMs === 0) {
      this.#pasted = Math.max(pasteLines - 1, 0);
      this.#pastedBytes = bytes;
      return true;
    }
    this.#timer = this.#clock.after(waitMs, () => {
      this.#timer = null;
      this.#goOn();
    });
    return false;
  }

  /** Whether the person is to be told now that the lines wait. */
  takeNotice(): boolean {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#noticeMs < NOTICE_MS) return false;
    this.#noticeMs = nowMs;
    return true;
  }

  stop(): void {
    this.#timer?.cancel();
  }
}
