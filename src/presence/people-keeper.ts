import type { Clock } from "../ports/clock.ts";
import type { KeptPerson, PeopleStore } from "../ports/people-store.ts";

/** Interval between two writes. */
const WRITE_EVERY_MS = 5000;
/** Maximum number of people in one write: what people say waits for it. */
const AT_ONCE = 500;

export interface PeopleKeeperParts {
  readonly store: Pick<PeopleStore, "keepPeople">;
  readonly clock: Pick<Clock, "after">;
  /** Called with every failure: what was not written is written later. Null: the store answers. */
  readonly health: (error: unknown) => void;
  /** What is to be kept of a session; null: it has ended. */
  readonly personOf: (session: number) => KeptPerson | null;
}

/** Keeps where people are for the next start: what has changed is written now and then, or at once. */
export class PeopleKeeper {
  readonly #parts: PeopleKeeperParts;
  readonly #changed = new Set<number>();
  readonly #urgent = new Set<number>();
  /** The last write of those who are urgent. */
  #urgentWrite = Promise.resolve();
  /** That write where it has not begun; null: it has. */
  #nextUrgentWrite: Promise<void> | null = null;
  #isPlanned = false;
  #isClosed = false;

  constructor(parts: PeopleKeeperParts) {
    this.#parts = parts;
  }

  /** Something of the session has changed, or it has ended. */
  changed(session: number): void {
    this.#changed.add(session);
    this.#writeLater();
  }

  /**
   * As `changed`, and writes it at once: all who come during a write share the next one. Resolves when that is done, or has
   * failed. Never rejects.
   */
  changedNow(session: number): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#urgent.add(session);
    if (this.#nextUrgentWrite) return this.#nextUrgentWrite;
    this.#nextUrgentWrite = this.#urgentWrite.then(() => {
      this.#nextUrgentWrite = null;
      const sessions = new Set(this.#urgent);
      this.#urgent.clear();
      return this.#write(sessions);
    });
    return (this.#urgentWrite = this.#nextUrgentWrite);
  }

  /** Writes all that is not written. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#urgentWrite;
    await this.#write(this.#changed);
  }

  #writeLater(): void {
    if (this.#isPlanned || this.#isClosed) return;
    this.#isPlanned = true;
    this.#parts.clock.after(WRITE_EVERY_MS, () => {
      if (this.#isClosed) return;
      void this.#write(this.#changed).then(() => {
        this.#isPlanned = false;
        if (this.#changed.size > 0) this.#writeLater();
      });
    });
  }

  /** Writes sessions, those too that are added meanwhile. What fails is written later. */
  async #write(sessions: Set<number>): Promise<void> {
    const { store, health, personOf } = this.#parts;
    while (sessions.size > 0) {
      const some = [...sessions].slice(0, AT_ONCE);
      const people = some.map(personOf).filter((person) => person !== null);
      const kept = new Set(people.map(({ id }) => id));
      for (const session of some) sessions.delete(session);
      try {
        await store.keepPeople(
          people,
          some.filter((session) => !kept.has(session)),
        );
      } catch (error) {
        for (const session of [...some, ...sessions]) this.changed(session);
        return health(error);
      }
    }
    health(null);
  }
}
