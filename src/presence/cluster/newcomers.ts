import { type Absence, FIRST_CODES } from "../../ports/absence.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Claimed, Newcomer } from "../../ports/presence.ts";
import type { Claim } from "./name-recovery.ts";
import type { OwnPeople } from "./own-people.ts";
import { absenceOf, type PersonRow, type Refused, rowOfAbsence, whereaboutsOf } from "./people-table.ts";

export interface NewcomersHooks {
  /** Queues a request to the database. */
  claim(claim: Claim): void;
  /** Called before somebody is here: they may have been at another node, or away from it. */
  took(session: number): void;
  /** It is unknown whether a new session holds its name. */
  release(session: number): void;
  /** It is unknown whether this node has the row of somebody who comes back. */
  reconcile(): void;
  /** A session of this node ends for good. */
  end(session: number): void;
}

/** Claims names for those who log in: for new sessions, and for those that are away, at whatever node. */
export class Newcomers {
  readonly #own: OwnPeople;
  readonly #clock: Pick<Clock, "micros">;
  readonly #hooks: NewcomersHooks;
  readonly #comingBack = new Set<number>();

  constructor(own: OwnPeople, clock: Pick<Clock, "micros">, hooks: NewcomersHooks) {
    this.#own = own;
    this.#clock = clock;
    this.#hooks = hooks;
  }

  /** Whether somebody is coming back to a session at this moment. */
  isComingBack(session: number): boolean {
    return this.#comingBack.has(session);
  }

  /** As `Presence.claim`. The database decides, also about those who are away from this node. */
  async claim(newcomer: Newcomer): Promise<Claimed> {
    const refused = await this.#askNew(newcomer);
    if (!refused) return { isHeld: true, back: null };
    const absence = refused.holder && absenceOf(whereaboutsOf(refused.holder));
    if (!absence || absence.untilMicros <= this.#clock.micros()) return { isHeld: false };
    const verdict = newcomer.verdictOn(absence);
    if (verdict === "stays") return { isHeld: false };
    const { address } = newcomer;
    if (verdict !== "ends") {
      const back = { ...absence, codes: verdict };
      return await this.#takeOver(rowOfAbsence({ ...back, address }, true), back);
    }
    if (!(await this.end(absence))) return { isHeld: false };
    return (await this.#askNew(newcomer)) ? { isHeld: false } : { isHeld: true, back: null };
  }

  /**
   * Ends an absence, of whatever node, for good. Resolves with whether it did: somebody may have come back. Rejects with a
   * `StoreError`.
   */
  async end(absence: Absence): Promise<boolean> {
    // Whose row it is decides, so it is taken over as by somebody who comes back. Of other nodes' not all of it is known here.
    const { isHeld } = await this.#takeOver({ ...rowOfAbsence(absence, true), away: null }, absence);
    if (isHeld) this.#hooks.end(absence.id);
    return isHeld;
  }

  #askNew({ id, name, address, sinceMicros }: Newcomer): Promise<Refused | null> {
    const row = { id, name, address, sinceMicros, codes: FIRST_CODES, rooms: new Map(), place: null, away: null };
    return this.#ask(row, null);
  }

  async #takeOver(row: PersonRow, back: Absence): Promise<Claimed> {
    // Of those who come back here at once, the database would take each for the same.
    if (this.isComingBack(row.id) || this.#own.isHere(row.id)) return { isHeld: false };
    this.#comingBack.add(row.id);
    try {
      return (await this.#ask(row, back)) ? { isHeld: false } : { isHeld: true, back };
    } finally {
      this.#comingBack.delete(row.id);
    }
  }

  /** Resolves with null if the name is held: its person is here then. Rejects with a `StoreError`. */
  #ask(row: PersonRow, back: Absence | null): Promise<Refused | null> {
    const { promise, resolve, reject } = Promise.withResolvers<Refused | null>();
    const { id, name, address, sinceMicros, codes } = row;
    const settle = (refused: Refused | null): void => {
      if (!refused) {
        this.#hooks.took(id);
        this.#own.enter({ id, name, address, sinceMicros, codes, rooms: new Map(), node: null }, back);
      }
      resolve(refused);
    };
    const fail = (error: unknown): void => {
      // The claim may have taken effect.
      if (back) this.#hooks.reconcile();
      else this.#hooks.release(id);
      reject(error);
    };
    this.#hooks.claim({ session: id, row: () => row, settle, fail, isWanted: () => true });
    return promise;
  }
}
