import type { Clock } from "../../ports/clock.ts";
import type { PersonRow, Refused } from "./people-table.ts";

/** Minimum number of refusals before a name is lost: the node of its holder may have to release it yet. */
const CLAIM_TRIES = 5;

/** A request for a name. */
export interface Claim {
  readonly session: number;
  /** Returns what is to be written; null: the session is gone. */
  readonly row: () => PersonRow | null;
  /** @param refused null: the session holds the name */
  readonly settle: (refused: Refused | null) => void;
  /** Called when the request failed, so that the name may be held or not. */
  readonly fail: (error: unknown) => void;
  readonly isWanted: () => boolean;
}

/** A session whose name is claimed back: it is here, or away. */
interface Unconfirmed {
  /** Whether the session joined or left a room since. Its rooms are written when it holds its name. */
  hasMoved: boolean;
  refusals: number;
  /** The lease renewal that the first refusal named, in microseconds since 1970; 0: there was none. */
  renewedMicros: number;
}

export interface NameRecoveryHooks {
  /** Queues a request to the database. */
  claim(claim: Claim): void;
  rowOf(session: number): PersonRow | null;
  unconfirmed(session: number): void;
  /** @param hasMoved whether the session joined or left a room while its name was unconfirmed */
  held(session: number, hasMoved: boolean): void;
  lost(session: number): void;
}

/** Claims back names that the database does not have any more, until they are held or their holders proved alive. */
export class NameRecovery {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #hooks: NameRecoveryHooks;
  readonly #unconfirmed = new Map<number, Unconfirmed>();

  /** @param patienceMs minimum time for which a name that somebody else holds is claimed back */
  constructor(clock: Clock, patienceMs: number, hooks: NameRecoveryHooks) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
    this.#hooks = hooks;
  }

  /** Claims the name of a session back, which is unconfirmed until then. An earlier claim of it has no effect now. */
  begin(session: number): void {
    const recovery = { hasMoved: false, refusals: 0, renewedMicros: 0 };
    this.#unconfirmed.set(session, recovery);
    this.#hooks.unconfirmed(session);
    this.#claim(session, recovery);
  }

  /** Ends the claim of a session that is gone. */
  end(session: number): void {
    this.#unconfirmed.delete(session);
  }

  /** Called when a session changed rooms. Returns whether its name is unconfirmed: its rooms are written later. */
  moved(session: number): boolean {
    const recovery = this.#unconfirmed.get(session);
    if (recovery) recovery.hasMoved = true;
    return recovery !== undefined;
  }

  #claim(session: number, recovery: Unconfirmed): void {
    const isWanted = (): boolean => this.#unconfirmed.get(session) === recovery;
    const again = (): void => {
      if (isWanted()) this.#claim(session, recovery);
    };
    const settle = (refused: Refused | null): void => {
      if (!isWanted()) return;
      if (refused && !this.#isLost(recovery, refused.renewedMicros)) {
        this.#clock.after(this.#patienceMs / CLAIM_TRIES, again);
        return;
      }
      this.#unconfirmed.delete(session);
      if (refused) this.#hooks.lost(session);
      else this.#hooks.held(session, recovery.hasMoved);
    };
    this.#hooks.claim({ session, row: () => this.#hooks.rowOf(session), settle, fail: again, isWanted });
  }

  /** Whether the holder's node had time to release the name, and has renewed its lease since the first refusal. */
  #isLost(recovery: Unconfirmed, renewedMicros: number): boolean {
    recovery.refusals += 1;
    recovery.renewedMicros ||= renewedMicros;
    return recovery.refusals >= CLAIM_TRIES && renewedMicros !== recovery.renewedMicros;
  }
}
