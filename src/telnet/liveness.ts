import type { Clock, Timer } from "../chat/ports.ts";

/** A peer that is asked whether it is there has so long to answer. */
const ANSWER_MS = 10_000;

/**
 * Finds out whether a telnet peer is still there, through everything that lies between: it is sent DO TIMING-MARK
 * (RFC 860), which every client answers by itself and none shows. Only for peers that have spoken telnet.
 */
export class Liveness {
  readonly #clock: Clock;
  readonly #ask: () => void;
  #heardMs: number;
  #timer: Timer | null = null;
  #waiting: ((isThere: boolean) => void)[] = [];

  /** @param ask sends DO TIMING-MARK */
  constructor(clock: Clock, ask: () => void) {
    this.#clock = clock;
    this.#ask = ask;
    this.#heardMs = clock.monotonicMs();
  }

  /** Something came from the peer. */
  heard(): void {
    this.#heardMs = this.#clock.monotonicMs();
    for (const answer of this.#waiting.splice(0)) answer(true);
  }

  /** Whether anything comes from the peer within the time. */
  isThere(withinMs: number): Promise<boolean> {
    this.#ask();
    return new Promise((resolve) => {
      const timer = this.#clock.after(withinMs, () => {
        this.#waiting = this.#waiting.filter((one) => one !== answer);
        resolve(false);
      });
      const answer = (isThere: boolean): void => {
        timer.cancel();
        resolve(isThere);
      };
      this.#waiting.push(answer);
    });
  }

  /** Asks whenever nothing came for `silentMs`, and calls `gone` when there is no answer. */
  watch(silentMs: number, gone: () => void): void {
    const restMs = this.#heardMs + silentMs - this.#clock.monotonicMs();
    this.#timer = this.#clock.after(Math.max(restMs, 0), () => {
      if (this.#clock.monotonicMs() - this.#heardMs < silentMs) return this.watch(silentMs, gone);
      void this.isThere(ANSWER_MS).then((isThere) => (isThere ? this.watch(silentMs, gone) : gone()));
    });
  }

  /** The connection is closed. */
  stop(): void {
    this.#timer?.cancel();
    for (const answer of this.#waiting.splice(0)) answer(false);
  }
}
