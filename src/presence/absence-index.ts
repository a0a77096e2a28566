import type { NameKey } from "../domain/names.ts";
import type { Absence } from "../ports/absence.ts";

/** Absences by session, name and room, in the order in which they were added. */
export class AbsenceIndex {
  readonly #byId = new Map<number, Absence>();
  readonly #byName = new Map<NameKey, Absence>();
  readonly #byRoom = new Map<number, Set<Absence>>();

  get count(): number {
    return this.#byId.size;
  }

  all(): Iterable<Absence> {
    return this.#byId.values();
  }

  /** The sessions of all. */
  sessions(): Iterable<number> {
    return this.#byId.keys();
  }

  byId(session: number): Absence | null {
    return this.#byId.get(session) ?? null;
  }

  /** Of several the one that was added last: nodes tell of a name in any order. */
  byName(key: NameKey): Absence | null {
    return this.#byName.get(key) ?? null;
  }

  /** Those who were in a room. */
  in(room: number): Iterable<Absence> {
    return this.#byRoom.get(room) ?? [];
  }

  add(absence: Absence): void {
    this.remove(absence.id);
    this.#byId.set(absence.id, absence);
    this.#byName.set(absence.name.key, absence);
    for (const room of absence.rooms) {
      const there = this.#byRoom.get(room);
      if (there) there.add(absence);
      else this.#byRoom.set(room, new Set([absence]));
    }
  }

  /** Does nothing if there is none. */
  remove(session: number): void {
    const absence = this.#byId.get(session);
    if (!absence) return;
    this.#byId.delete(session);
    const { key } = absence.name;
    if (this.#byName.get(key) === absence) this.#byName.delete(key);
    for (const room of absence.rooms) {
      const there = this.#byRoom.get(room);
      there?.delete(absence);
      if (there?.size === 0) this.#byRoom.delete(room);
    }
  }
}
