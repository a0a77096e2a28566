import type { NameKey } from "../domain/names.ts";
import type { UserRef } from "../domain/principal.ts";
import type { KeptPerson, PeopleStore } from "../ports/people-store.ts";
import { type Absence, FIRST_CODES, type Leaving, type Placed, STANDINGS } from "../ports/absence.ts";
import type { Claimed, Newcomer, Presence, PresenceListener } from "../ports/presence.ts";
import { Absences, type AbsencesClock, type NetworkOf } from "./absences.ts";
import { PeopleKeeper } from "./people-keeper.ts";
import { Roster } from "./roster.ts";

/** Where people are kept for the next start. */
export interface KeepingParts {
  readonly store: Pick<PeopleStore, "keepPeople" | "keptPeople">;
  /** As `PeopleKeeper`'s. */
  readonly health: (error: unknown) => void;
  /** Until when those who were here at the end of the last process may come back, and the others at most. */
  readonly untilMicros: number;
  /** Returns until when those have seen everything who were here at a crash. @param lastEntryMicros as `KeptPeople`'s */
  readonly seenBeforeCrash: (lastEntryMicros: number) => number;
}

/** Who holds which name, and who is in which room, on a node that is alone. */
export class MemoryPresence extends Roster implements Presence {
  readonly #clock: AbsencesClock;
  readonly #absences: Absences;
  /** Null: nobody is kept. */
  #keeper: PeopleKeeper | null = null;
  /** What those come back to who are not in their rooms yet; null: they are new. */
  readonly #arriving = new Map<number, Absence | null>();
  /** Those who are in their rooms. */
  readonly #placed = new Map<number, Placed>();
  /** Sessions that left because this process ends. */
  readonly #restarting = new Set<number>();
  #listener: PresenceListener | null = null;

  constructor(clock: AbsencesClock, networkOf?: NetworkOf) {
    super();
    this.#clock = clock;
    const ended = (sessions: readonly number[]): void => {
      for (const session of sessions) {
        this.#restarting.delete(session);
        this.#keeper?.changed(session);
      }
      this.#listener?.died(sessions, true);
    };
    this.#absences = new Absences(clock, ended, networkOf);
  }

  /** Those who were here when the process ended are away now. From now on people are kept. Rejects with a `StoreError`. */
  async keep({ store, health, untilMicros: latestMicros, seenBeforeCrash }: KeepingParts): Promise<void> {
    const { people, lastEntryMicros } = await store.keptPeople();
    const keeper = new PeopleKeeper({
      store,
      clock: this.#clock,
      health,
      personOf: (session) => this.#kept(session),
    });
    for (const person of people) {
      const seenMicros = person.seenMicros ?? seenBeforeCrash(lastEntryMicros);
      const untilMicros = Math.min(person.untilMicros ?? latestMicros, latestMicros);
      this.#absences.add({ ...person, seenMicros, untilMicros });
      keeper.changed(person.id);
    }
    this.#keeper = keeper;
  }

  /** Keeps what is not kept yet. Never rejects. */
  async close(): Promise<void> {
    await this.#keeper?.close();
  }

  /** Whoever comes back is here at once, and is told so when that is stored: after a crash their next code is theirs still. */
  async claim(newcomer: Newcomer): Promise<Claimed> {
    const { address } = newcomer;
    const { key } = newcomer.name;
    const absence = this.#absences.get(key);
    const verdict = absence ? newcomer.verdictOn(absence) : "ends";
    if (this.find(key) || verdict === "stays") return { isHeld: false };
    const back = absence && verdict !== "ends" ? { ...absence, codes: verdict } : null;
    if (absence && back) this.#absences.remove(absence);
    else if (absence) this.#absences.end(absence);
    const { id, name, sinceMicros } = back ?? newcomer;
    this.#restarting.delete(id);
    this.add({ id, name, address, sinceMicros, codes: back?.codes ?? FIRST_CODES, rooms: new Map(), node: null });
    this.#arriving.set(id, back);
    if (back) await this.#keeper?.changedNow(id);
    return { isHeld: true, back };
  }

  arrived(session: Placed): void {
    const { id } = session;
    if (!this.#arriving.delete(id)) return;
    this.#placed.set(id, session);
    this.#keeper?.changed(id);
  }

  moved(session: number): void {
    this.#keeper?.changed(session);
  }

  release(session: number): void {
    this.#leave(session);
    this.#keeper?.changed(session);
  }

  depart(session: number, leaving: Leaving, isRestarting = false): void {
    const person = this.here.get(session);
    if (!person) return;
    const { id, name, address, sinceMicros, codes } = person;
    const back = this.#arriving.get(session);
    this.#leave(session);
    const { untilMicros, needsCode } = leaving;
    if (isRestarting) this.#restarting.add(session);
    this.#absences.add({ ...leaving, ...back, id, name, address, sinceMicros, codes, untilMicros, needsCode });
    this.#keeper?.changed(session);
  }

  keepNoLongerThan(untilMicros: number): void {
    for (const session of this.#absences.shorten(untilMicros)) this.#keeper?.changed(session);
  }

  isAway(session: number): boolean {
    return this.#absences.has(session);
  }

  awayAs(key: NameKey): Absence | null {
    return this.#absences.get(key);
  }

  away(): Iterable<Absence> {
    return this.#absences.all();
  }

  async end({ id }: Absence): Promise<boolean> {
    const absence = this.#absences.byId(id);
    if (!absence) return false;
    this.#absences.end(absence);
    // A crash brings nobody back whom the operator has sent away.
    await this.#keeper?.changedNow(id);
    return true;
  }

  awayFrom(room: number): UserRef | null {
    const [first] = this.#absences.in(room);
    return first ?? null;
  }

  joined(session: number, room: number): void {
    this.enter(session, room, this.#clock.micros());
    this.#keeper?.changed(session);
  }

  left(session: number, room: number): void {
    this.leave(session, room);
    // Who is away has left already.
    if (this.here.has(session)) this.#keeper?.changed(session);
  }

  goneOf(sessions: readonly number[]): Promise<readonly number[]> {
    return Promise.resolve(sessions.filter((id) => !this.has(id) && !this.isAway(id)));
  }

  /** Nobody is elsewhere, so there is nothing to tell but who did not come back. */
  listen(listener: PresenceListener): void {
    this.#listener = listener;
  }

  #leave(session: number): void {
    this.remove(session);
    this.#arriving.delete(session);
    this.#placed.delete(session);
  }

  #kept(session: number): KeptPerson | null {
    const absence = this.#absences.byId(session) ?? this.#arriving.get(session);
    if (absence) return this.#restarting.has(session) ? { ...absence, untilMicros: null } : absence;
    const [person, placed] = [this.here.get(session), this.#placed.get(session)];
    if (!person || !placed) return null;
    const { id, name, address, sinceMicros, codes } = person;
    const unknown = {
      hasRightsIn: null,
      standing: STANDINGS.unknown,
      seenMicros: null,
      untilMicros: null,
      needsCode: false,
    };
    return { id, name, address, sinceMicros, codes, ...placed.place, ...unknown };
  }
}
