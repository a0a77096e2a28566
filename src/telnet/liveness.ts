import type { Clock, Timer } from "../ports/clock.ts";

/** Maximum time for an answer of a telnet client that was silent. */
const ANSWER_MS = 10_000;
/** Maximum time for a person to type something. */
const PERSON_ANSWER_MS = 30_000;
/** Time for which what a person typed shows that they are there, so that nobody is asked again and again. */
const TRUSTED_MS = 60_000;
/**
 * After this time without progress the kernel's buffer is full of what the peer has not read: a missing answer proves
 * nothing, and a write that is taken then proves that the peer reads.
 */
const STALL_MS = 50;

export interface LivenessHooks {
  /** Sends DO TIMING-MARK. */
  askClient(): void;
  /** Asks for a sign in words. */
  askPerson(withinMs: number): void;
  /** Whether what the peer sends is read. */
  isReading(): boolean;
  /** Time since which the outstanding write waits for the peer, in milliseconds; 0: none does. */
  waitingMs(): number;
}

/**
 * Finds out whether a peer is still there. Telnet is sent DO TIMING-MARK (RFC 860), which every client answers by itself
 * and none shows; others are asked in words. A peer whose answer could not be seen is taken for alive; other bounds end it.
 */
export class Liveness {
  readonly #clock: Clock;
  readonly #hooks: LivenessHooks;
  #speaksTelnet = false;
  #heardMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | null = null;
  #waiting: ((isThere: boolean) => void)[] = [];

  constructor(clock: Clock, hooks: LivenessHooks) {
    this.#clock = clock;
    this.#hooks = hooks;
  }

  /**
   * The peer's client answers by itself. From now on it is asked whenever nothing came for `silentMs` (0: never), and `gone`
   * is called when there is no answer.
   */
  spokeTelnet(silentMs: number, gone: () => void): void {
    if (this.#speaksTelnet) return;
    this.#speaksTelnet = true;
    this.heard();
    if (silentMs > 0) this.#watch(silentMs, gone);
  }

  /** Something came from the peer, or from now on its answers can be seen again. */
  heard(): void {
    this.#heardMs = this.#clock.monotonicMs();
    for (const answer of this.#waiting.splice(0)) answer(true);
  }

  /** The peer has taken what waited for it so long. */
  drained(waitedMs: number): void {
    if (waitedMs >= STALL_MS) this.heard();
  }

  /** Whether anything comes from the client within the time; true where that cannot be seen. Null: it answers nothing. */
  isThere(withinMs: number): Promise<boolean> | null {
    return this.#speaksTelnet ? this.#isThere(withinMs, () => this.#hooks.askClient()) : null;
  }

  /** Asks a person for a sign, and calls `gone` when none comes. Somebody who was heard a short time ago is not asked. */
  askPerson(gone: () => void): void {
    const isKnown = this.#clock.monotonicMs() - this.#heardMs < TRUSTED_MS;
    if (isKnown || this.#waiting.length > 0) return;
    void this.#isThere(PERSON_ANSWER_MS, () => this.#hooks.askPerson(PERSON_ANSWER_MS)).then((isThere) => {
      if (!isThere) gone();
    });
  }

  /** Whether an answer could not be seen now. */
  get #isBlind(): boolean {
    return !this.#hooks.isReading() || this.#hooks.waitingMs() >= STALL_MS;
  }

  #isThere(withinMs: number, ask: () => void): Promise<boolean> {
    if (this.#isBlind) return Promise.resolve(true);
    ask();
    return new Promise((resolve) => {
      const timer = this.#clock.after(withinMs, () => {
        this.#waiting = this.#waiting.filter((one) => one !== answer);
        resolve(this.#isBlind);
      });
      const answer = (isThere: boolean): void => {
        timer.cancel();
        resolve(isThere);
      };
      this.#waiting.push(answer);
    });
  }

  #watch(silentMs: number, gone: () => void): void {
    const restMs = this.#heardMs + silentMs - this.#clock.monotonicMs();
    this.#timer = this.#clock.after(Math.max(restMs, 0), () => {
      if (this.#isBlind) this.heard();
      if (this.#clock.monotonicMs() - this.#heardMs < silentMs) return this.#watch(silentMs, gone);
      void this.#isThere(ANSWER_MS, () => this.#hooks.askClient()).then((isThere) => {
        if (!isThere) return gone();
        this.heard();
        this.#watch(silentMs, gone);
      });
    });
  }

  /** The connection is closed. */
  stop(): void {
    this.#timer?.cancel();
    for (const answer of this.#waiting.splice(0)) answer(false);
  }
}
