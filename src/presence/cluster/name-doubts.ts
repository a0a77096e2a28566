import type { Clock } from "../../ports/clock.ts";
import type { Claim, LocalPerson } from "../postgres/people-table.ts";

/** A name is asked for so often, at the least, before it is lost: its holder's node may have yet to say that they are gone. */
const CLAIM_TRIES = 5;

/** A session whose name is claimed back. */
interface Doubt {
  /** It went somewhere since: that is written when it holds its name. */
  hasMoved: boolean;
  /** So often was the name refused, and when the node of its holder had renewed its lease the first time. */
  refusals: number;
  renewed: number;
}

export interface NameDoubtsHooks {
  /** Asks the database for a name, in its turn. */
  claim(claim: Claim): void;
  doubted(session: number): void;
  /** @param hasMoved whether it went somewhere while that was not known */
  held(session: number, hasMoved: boolean): void;
  lost(session: number): void;
}

/**
 * Names of people who are here already and whose rows the database does not have (any more): each is claimed until it is
 * held, or until its holder is shown to be alive.
 */
export class NameDoubts {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #hooks: NameDoubtsHooks;
  readonly #doubts = new Map<number, Doubt>();

  /** @param patienceMs a name that somebody else holds is claimed for so long, and until their node has shown that it lives */
  constructor(clock: Clock, patienceMs: number, hooks: NameDoubtsHooks) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
    this.#hooks = hooks;
  }

  /** From now on the name is in doubt. What was claimed for it before counts no more. */
  begin(own: LocalPerson): void {
    const doubt = { hasMoved: false, refusals: 0, renewed: 0 };
    this.#doubts.set(own.id, doubt);
    this.#hooks.doubted(own.id);
    this.#claim(own, doubt);
  }

  /** The session is gone. */
  end(session: number): void {
    this.#doubts.delete(session);
  }

  /** The session went somewhere. Returns whether its name is in doubt, and that has to wait. */
  moved(session: number): boolean {
    const doubt = this.#doubts.get(session);
    if (doubt) doubt.hasMoved = true;
    return doubt !== undefined;
  }

  #claim(own: LocalPerson, doubt: Doubt): void {
    const isWanted = (): boolean => this.#doubts.get(own.id) === doubt;
    const again = (): void => {
      if (isWanted()) this.#claim(own, doubt);
    };
    const settle = (isHeld: boolean, renewed: number): void => {
      if (!isWanted()) return;
      if (!isHeld && !this.#isLost(doubt, renewed)) {
        this.#clock.after(this.#patienceMs / CLAIM_TRIES, again);
        return;
      }
      this.#doubts.delete(own.id);
      if (isHeld) this.#hooks.held(own.id, doubt.hasMoved);
      else this.#hooks.lost(own.id);
    };
    this.#hooks.claim({ own, settle, fail: again, isWanted });
  }

  /** Whether the name is somebody else's who is alive: their node has had its time to say otherwise, and has renewed since. */
  #isLost(doubt: Doubt, renewed: number): boolean {
    doubt.refusals += 1;
    doubt.renewed ||= renewed;
    return doubt.refusals >= CLAIM_TRIES && renewed !== doubt.renewed;
  }
}
