import type { Context } from "../chat/context.ts";
import type { ConnectionEnd } from "../chat/sessions/returning.ts";
import type { CloseReason } from "../net/telemetry.ts";
import type { Timer } from "../ports/clock.ts";

/** Minimum time for a peer to close its side, after which it is cut off. */
const CLOSE_MS = 5000;

/** How one connection ends: why, and in what time. */
export class Ending {
  readonly #context: Context;
  #stage: "not-begun" | "begun" | "finished" = "not-begun";
  #reason: CloseReason = "peer-closed";
  /** When it is cut off, if the peer does not close its side. */
  #deadline: Timer | null = null;
  /** When something came from the peer last. */
  #heardMicros = 0;

  constructor(context: Context) {
    this.#context = context;
  }

  get hasBegun(): boolean {
    return this.#stage !== "not-begun";
  }

  /** Why it ends, or would end if the peer closed it now. */
  get reason(): CloseReason {
    return this.#reason;
  }

  /** Something came from the peer. */
  heard(): void {
    this.#heardMicros = this.#context.clock.micros();
  }

  /** It will end for this reason when all that was read is handled. */
  intend(reason: CloseReason): void {
    this.#reason = reason;
  }

  /**
   * It ends from now on: `cutOff` is called if the peer does not close its side in time.
   * @param hasPeerFinished whether it has nothing more to do than to read
   * @param closeAfterMs `--outbox-close-after`
   */
  begin(reason: CloseReason, hasPeerFinished: boolean, closeAfterMs: number, cutOff: () => void): void {
    this.#stage = "begun";
    this.#reason = reason;
    const closeMs = timeToClose(hasPeerFinished, closeAfterMs);
    if (closeMs !== null) this.#deadline = this.#context.clock.after(closeMs, cutOff);
  }

  /** The socket is closed. Returns whether the end had begun before. */
  finish(): boolean {
    const hadBegun = this.#stage === "begun";
    this.#stage = "finished";
    this.#deadline?.cancel();
    return hadBegun;
  }

  /** How it ends, where that is known by now. @param waitingMs as `ConnectionEnd.waitingMs` */
  asOfNow(hasPeerFinished: boolean, waitingMs: number): ConnectionEnd {
    const atMicros = this.#context.clock.micros();
    return { reason: this.#reason, atMicros, heardMicros: this.#heardMicros, hasPeerFinished, waitingMs };
  }
}

/** Returns the time for a peer to close its side, in milliseconds; null: any. */
function timeToClose(hasPeerFinished: boolean, closeAfterMs: number): number | null {
  if (!hasPeerFinished) return CLOSE_MS;
  return closeAfterMs === 0 ? null : Math.max(CLOSE_MS, closeAfterMs);
}
