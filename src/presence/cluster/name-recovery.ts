import type { Clock } from "../../ports/clock.ts";
import type { LocalPerson } from "../roster.ts";

/** A name is asked for so often, at the least, before it is lost: its holder's node may have yet to say that they are gone. */
const CLAIM_TRIES = 5;

/** A name that is asked for. */
export interface Claim {
  readonly person: LocalPerson;
  /** @param renewedMicros where somebody else holds the name: when their node renewed its lease */
  readonly settle: (isHeld: boolean, renewedMicros: number) => void;
  /** Whether they hold the name is not known. */
  readonly fail: (error: unknown) => void;
  /** Whether anybody still waits for it. */
  readonly isWanted: () => boolean;
}

/** A session whose name is claimed back. */
interface Unconfirmed {
  /** It went somewhere since: that is written when it holds its name. */
  hasMoved: boolean;
  /** So often was the name refused, and when the node of its holder had renewed its lease the first time. */
  refusals: number;
  renewedMicros: number;
}

export interface NameRecoveryHooks {
  /** Asks the database for a name, in its turn. */
  claim(claim: Claim): void;
  unconfirmed(session: number): void;
  /** @param hasMoved whether it went somewhere while that was not known */
  held(session: number, hasMoved: boolean): void;
  lost(session: number): void;
}

/**
 * Names of people who are here already and whose rows the database does not have (any more): each is claimed until it is
 * held, or until its holder is shown to be alive.
 */
export class NameRecovery {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #hooks: NameRecoveryHooks;
  readonly #unconfirmed = new Map<number, Unconfirmed>();

  /** @param patienceMs a name that somebody else holds is claimed for so long, and until their node has shown that it lives */
  constructor(clock: Clock, patienceMs: number, hooks: NameRecoveryHooks) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
    this.#hooks = hooks;
  }

  /** From now on it is not known whether the session holds its name. What was claimed for it before counts no more. */
  begin(person: LocalPerson): void {
    const recovery = { hasMoved: false, refusals: 0, renewedMicros: 0 };
    this.#unconfirmed.set(person.id, recovery);
    this.#hooks.unconfirmed(person.id);
    this.#claim(person, recovery);
  }

  /** The session is gone. */
  end(session: number): void {
    this.#unconfirmed.delete(session);
  }

  /** The session went somewhere. Returns whether its name is not confirmed, and that has to wait. */
  moved(session: number): boolean {
    const recovery = this.#unconfirmed.get(session);
    if (recovery) recovery.hasMoved = true;
    return recovery !== undefined;
  }

  #claim(person: LocalPerson, recovery: Unconfirmed): void {
    const isWanted = (): boolean => this.#unconfirmed.get(person.id) === recovery;
    const again = (): void => {
      if (isWanted()) this.#claim(person, recovery);
    };
    const settle = (isHeld: boolean, renewedMicros: number): void => {
      if (!isWanted()) return;
      if (!isHeld && !this.#isLost(recovery, renewedMicros)) {
        this.#clock.after(this.#patienceMs / CLAIM_TRIES, again);
        return;
      }
      this.#unconfirmed.delete(person.id);
      if (isHeld) this.#hooks.held(person.id, recovery.hasMoved);
      else this.#hooks.lost(person.id);
    };
    this.#hooks.claim({ person, settle, fail: again, isWanted });
  }

  /** Whether the name is somebody else's who is alive: their node has had its time to say otherwise, and has renewed since. */
  #isLost(recovery: Unconfirmed, renewedMicros: number): boolean {
    recovery.refusals += 1;
    recovery.renewedMicros ||= renewedMicros;
    return recovery.refusals >= CLAIM_TRIES && renewedMicros !== recovery.renewedMicros;
  }
}
