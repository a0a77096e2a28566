import type { Clock, Timer } from "../ports/clock.ts";

/** Maximum time for an answer of the peer. */
const ANSWER_MS = 10_000;

export interface LivenessHooks {
  /** Sends DO TIMING-MARK. */
  ask(): void;
  /** Whether an answer could not be seen now: what the peer sends is not read, or what it is sent is not taken. */
  isBlind(): boolean;
}

/**
 * Finds out whether a telnet peer is still there: it is sent DO TIMING-MARK (RFC 860), which every client answers by
 * itself and none shows. A peer whose answer could not be seen is taken for alive; other bounds end it.
 */
export class Liveness {
  readonly #clock: Clock;
  readonly #hooks: LivenessHooks;
  #heardMs: number;
  #timer: Timer | null = null;
  #waiting: ((isThere: boolean) => void)[] = [];

  constructor(clock: Clock, hooks: LivenessHooks) {
    this.#clock = clock;
    this.#hooks = hooks;
    this.#heardMs = clock.monotonicMs();
  }

  /** Something came from the peer, or from now on its answers can be seen again. */
  heard(): void {
    this.#heardMs = this.#clock.monotonicMs();
    for (const answer of this.#waiting.splice(0)) answer(true);
  }

  /** Whether anything comes from the peer within the time; true where that cannot be seen. */
  isThere(withinMs: number): Promise<boolean> {
    if (this.#hooks.isBlind()) return Promise.resolve(true);
    this.#hooks.ask();
    return new Promise((resolve) => {
      const timer = this.#clock.after(withinMs, () => {
        this.#waiting = this.#waiting.filter((one) => one !== answer);
        resolve(this.#hooks.isBlind());
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
      if (this.#hooks.isBlind()) this.heard();
      if (this.#clock.monotonicMs() - this.#heardMs < silentMs) return this.watch(silentMs, gone);
      void this.isThere(ANSWER_MS).then((isThere) => {
        if (!isThere) return gone();
        this.heard();
        this.watch(silentMs, gone);
      });
    });
  }

  /** The connection is closed. */
  stop(): void {
    this.#timer?.cancel();
    for (const answer of this.#waiting.splice(0)) answer(false);
  }
}
