import type { NameKey } from "../../domain/names.ts";
import type { Absence, Leaving, Placed } from "../../ports/absence.ts";
import type { Absences } from "../absences.ts";
import type { LocalPerson, Roster } from "../roster.ts";
import { type PersonRow, rowOfAbsence } from "./people-table.ts";

/** Who is at this node, or away from it: what their rows are to say. */
export class OwnPeople {
  readonly #roster: Roster;
  readonly #absences: Absences;
  /** What those come back to who are not in all their rooms yet. */
  readonly #arriving = new Map<number, Absence>();
  /** Those who are in all their rooms. */
  readonly #placed = new Map<number, Placed>();
  /** The version of the people of this node by which an absence was written. */
  readonly #writtenBy = new Map<number, number>();

  constructor(roster: Roster, absences: Absences) {
    this.#roster = roster;
    this.#absences = absences;
  }

  has(session: number): boolean {
    return this.isHere(session) || this.isAway(session);
  }

  isHere(session: number): boolean {
    return this.#roster.here.has(session);
  }

  isAway(session: number): boolean {
    return this.#absences.known(session) !== null;
  }

  /**
   * Whether somebody is here or away, as another node says that they are there. Those who are away are not if that is the
   * later. @param version that of the people of the other node
   */
  keeps(session: number, version: number): boolean {
    // What is not written yet is later than all that others know.
    if (this.isAway(session) && (this.#writtenBy.get(session) ?? Number.POSITIVE_INFINITY) < version)
      this.remove(session);
    return this.has(session);
  }

  /** @param version the version of the people of this node by which these rows were written, or read */
  wereWritten(rows: readonly PersonRow[], version: number): void {
    for (const { id } of rows) if (this.isAway(id)) this.#writtenBy.set(id, version);
  }

  /** All who are away from this node. */
  away(): Iterable<Absence> {
    return this.#absences.all();
  }

  /** Somebody who is away from this node; null: nobody of that name is. */
  awayAs(key: NameKey): Absence | null {
    return this.#absences.get(key);
  }

  /** Those who are away from this node and were in a room, in the order in which they left. */
  awayFrom(room: number): Iterable<Absence> {
    return this.#absences.in(room);
  }

  /** The sessions of all who are here or away. */
  sessions(): number[] {
    return [...this.#roster.here.keys(), ...this.#absences.sessions()];
  }

  /** Returns what the row of a session is to say; null: it is neither here nor away. */
  rowOf(session: number): PersonRow | null {
    const person = this.#roster.here.get(session);
    const absence = this.#absences.known(session);
    if (!person) return absence && rowOfAbsence(absence);
    const { id, name, address, sinceMicros, codes, rooms } = person;
    const back = this.#arriving.get(session);
    return back
      ? { ...rowOfAbsence({ ...back, id, name, address, sinceMicros, codes }, true), rooms }
      : { id, name, address, sinceMicros, codes, rooms, place: this.#placed.get(session)?.place ?? null, away: null };
  }

  /** @param back what they come back to; null: they are new */
  enter(person: LocalPerson, back: Absence | null): void {
    this.remove(person.id);
    this.#roster.add(person);
    if (back) this.#arriving.set(person.id, back);
  }

  /** Somebody of this node is in all their rooms. */
  arrived(session: Placed): void {
    if (!this.isHere(session.id)) return;
    this.#arriving.delete(session.id);
    this.#placed.set(session.id, session);
  }

  /** As `Absences.shorten`. */
  shorten(untilMicros: number): readonly number[] {
    return this.#absences.shorten(untilMicros);
  }

  /** Returns whether somebody who was here is away now. */
  depart(session: number, leaving: Leaving): boolean {
    const person = this.#roster.here.get(session);
    if (!person) return false;
    const { id, name, address, sinceMicros, codes } = person;
    // Whoever was not in all their rooms yet comes back to all of them.
    const back = this.#arriving.get(session);
    const { untilMicros, needsCode } = leaving;
    this.keep({ ...leaving, ...back, id, name, address, sinceMicros, codes, untilMicros, needsCode });
    return true;
  }

  /** Somebody is away from this node. */
  keep(absence: Absence): void {
    this.remove(absence.id);
    this.#absences.add(absence);
  }

  remove(session: number): void {
    this.#arriving.delete(session);
    this.#placed.delete(session);
    this.#writtenBy.delete(session);
    if (this.isHere(session)) this.#roster.remove(session);
    const absence = this.#absences.known(session);
    if (absence) this.#absences.remove(absence);
  }
}
