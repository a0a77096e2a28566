import type { Absence } from "../../ports/absence.ts";
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
    const { id, name, address, sinceMicros, isSame } = newcomer;
    const refused = await this.#ask(
      { id, name, address, sinceMicros, rooms: new Map(), place: null, away: null },
      null,
    );
    if (!refused) return { isHeld: true, back: null };
    const absence = refused.holder && absenceOf(whereaboutsOf(refused.holder));
    if (!absence || absence.untilMicros <= this.#clock.micros() || !isSame(absence)) return { isHeld: false };
    // Of those who come back here at once, the database would take each for the same.
    if (this.isComingBack(absence.id) || this.#own.isHere(absence.id)) return { isHeld: false };
    return (await this.#comeBack(absence, newcomer)) ? { isHeld: true, back: absence } : { isHeld: false };
  }

  async #comeBack(absence: Absence, { name, address }: Newcomer): Promise<boolean> {
    this.#comingBack.add(absence.id);
    try {
      return (await this.#ask(rowOfAbsence({ ...absence, name, address }, true), absence)) === null;
    } finally {
      this.#comingBack.delete(absence.id);
    }
  }

  /** Resolves with null if the name is held: its person is here then. Rejects with a `StoreError`. */
  #ask(row: PersonRow, back: Absence | null): Promise<Refused | null> {
    const { promise, resolve, reject } = Promise.withResolvers<Refused | null>();
    const { id, name, address, sinceMicros } = row;
    const settle = (refused: Refused | null): void => {
      if (!refused) {
        this.#hooks.took(id);
        this.#own.enter({ id, name, address, sinceMicros, rooms: new Map(), node: null }, back);
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
