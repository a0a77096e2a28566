import type { Context } from "../chat/context.ts";
import { endSession, suspendSession } from "../chat/sessions/end-session.ts";
import type { Session } from "../chat/sessions/session.ts";
import type { CloseReason } from "../net/telemetry.ts";
import type { Timer } from "../ports/clock.ts";

/** Reasons that the person did not wish, and nobody wished for them: they may come back. */
const BROKEN: ReadonlySet<CloseReason> = new Set([
  "peer-closed",
  "no-answer",
  "too-slow",
  "replaced",
  "gave-no-sign",
  "shutdown",
]);

/** Minimum time for a peer to close its side, after which it is cut off. */
const CLOSE_MS = 5000;

/** How one connection ends: why, in what time, and what becomes of its session. */
export class Ending {
  readonly #context: Context;
  #stage: "not-begun" | "begun" | "finished" = "not-begun";
  #reason: CloseReason = "peer-closed";
  /** When it is cut off, if the peer does not close its side. */
  #deadline: Timer | null = null;
  /** When something came from the peer last: what was sent to it later may not have arrived. */
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

  /** Ends the session, or keeps it for whoever comes back to it, when the lines that it said are settled. */
  async endSession(session: Session): Promise<void> {
    if (BROKEN.has(this.#reason)) await suspendSession(this.#context, session, this.#heardMicros);
    else await endSession(this.#context, session);
  }
}

/** Returns the time for a peer to close its side, in milliseconds; null: any. */
function timeToClose(hasPeerFinished: boolean, closeAfterMs: number): number | null {
  if (!hasPeerFinished) return CLOSE_MS;
  return closeAfterMs === 0 ? null : Math.max(CLOSE_MS, closeAfterMs);
}
