import type { NameKey } from "../domain/names.ts";
import type { UserRef } from "../domain/principal.ts";
import type { KeptPerson, PeopleStore } from "../ports/people-store.ts";
import type { Absence, Leaving } from "../ports/absence.ts";
import type { Claimed, Newcomer, Presence, PresenceListener } from "../ports/presence.ts";
import { Absences, type AbsencesClock } from "./absences.ts";
import { PeopleKeeper } from "./people-keeper.ts";
import { Roster } from "./roster.ts";

/** Before a crash lines may have been stored for so long that people were not shown any more. */
const UNSEEN_MICROS = 5_000_000;

/** Where people are kept for the next start. */
export interface KeepingParts {
  readonly store: Pick<PeopleStore, "keepPeople" | "keptPeople">;
  /** As `PeopleKeeper`'s. */
  readonly health: (error: unknown) => void;
  /** How long those who were here at the end of the process may come back, in milliseconds. */
  readonly graceMs: number;
}

/** Who holds which name, and who is in which room, on a node that is alone. */
export class MemoryPresence extends Roster implements Presence {
  readonly #clock: AbsencesClock;
  readonly #absences: Absences;
  /** Null: nobody is kept. */
  #keeper: PeopleKeeper | null = null;
  /** What those come back to who are not in their rooms yet; null: they are new. */
  readonly #arriving = new Map<number, Absence | null>();
  #listener: PresenceListener | null = null;

  constructor(clock: AbsencesClock) {
    super();
    this.#clock = clock;
    this.#absences = new Absences(clock, (sessions) => {
      for (const session of sessions) this.#keeper?.changed(session);
      this.#listener?.died(sessions, true);
    });
  }

  /** Those who were here when the process ended are away now. From now on people are kept. Rejects with a `StoreError`. */
  async keep({ store, health, graceMs }: KeepingParts): Promise<void> {
    const { people, lastEntryMicros } = await store.keptPeople();
    const keeper = new PeopleKeeper({
      store,
      clock: this.#clock,
      health,
      personOf: (session) => this.#kept(session),
    });
    const newUntilMicros = this.#clock.micros() + graceMs * 1000;
    for (const { untilMicros, ...person } of people) {
      // What was said last before a crash may not have reached them.
      const seenMicros = untilMicros === null ? lastEntryMicros - UNSEEN_MICROS : person.seenMicros;
      this.#absences.add({ ...person, ignored: [], seenMicros, untilMicros: untilMicros ?? newUntilMicros });
      keeper.changed(person.id);
    }
    this.#keeper = keeper;
  }

  /** Keeps what is not kept yet. Never rejects. */
  async close(): Promise<void> {
    await this.#keeper?.close();
  }

  claim(newcomer: Newcomer): Promise<Claimed> {
    const { name, address } = newcomer;
    const back = this.#absences.get(name.key);
    if (this.find(name.key) || (back && !newcomer.isSame(back))) return Promise.resolve({ isHeld: false });
    const { id, sinceMicros } = back ?? newcomer;
    if (back) this.#absences.remove(back);
    this.add({ id, name, address, sinceMicros, rooms: new Map(), node: null });
    this.#arriving.set(id, back);
    return Promise.resolve({ isHeld: true, back });
  }

  arrived(session: number): void {
    if (this.#arriving.delete(session)) this.#keeper?.changed(session);
  }

  release(session: number): void {
    this.remove(session);
    this.#arriving.delete(session);
    this.#keeper?.changed(session);
  }

  depart(session: number, leaving: Leaving): void {
    const person = this.here.get(session);
    if (!person) return;
    const { id, name, address, sinceMicros } = person;
    this.remove(session);
    const back = this.#arriving.get(session);
    this.#arriving.delete(session);
    const { untilMicros } = leaving;
    this.#absences.add({ ...leaving, ...back, id, name, address, sinceMicros, untilMicros });
    this.#keeper?.changed(session);
  }

  isAway(session: number): boolean {
    return this.#absences.has(session);
  }

  awayAs(key: NameKey): Absence | null {
    return this.#absences.get(key);
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

  #kept(session: number): KeptPerson | null {
    const person = this.here.get(session);
    if (!person) return this.#absences.byId(session);
    const back = this.#arriving.get(session);
    if (back !== undefined) return back;
    const { id, name, address, sinceMicros } = person;
    const rooms = [...person.rooms.keys()];
    // The room that they talk in is not known here; mostly it is the one that they joined last.
    const current = rooms.at(-1) ?? null;
    return { id, name, address, sinceMicros, rooms, current, hasRightsIn: null, seenMicros: 0, untilMicros: null };
  }
}
