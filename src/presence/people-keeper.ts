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

/** Keeps where people are for the next start: what has changed is written now and then. */
export class PeopleKeeper {
  readonly #parts: PeopleKeeperParts;
  readonly #changed = new Set<number>();
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

  /** Writes all that is not written. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#write();
  }

  #writeLater(): void {
    if (this.#isPlanned || this.#isClosed) return;
    this.#isPlanned = true;
    this.#parts.clock.after(WRITE_EVERY_MS, () => {
      if (this.#isClosed) return;
      void this.#write().then(() => {
        this.#isPlanned = false;
        if (this.#changed.size > 0) this.#writeLater();
      });
    });
  }

  async #write(): Promise<void> {
    const { store, health, personOf } = this.#parts;
    try {
      while (this.#changed.size > 0) {
        const sessions = [...this.#changed].slice(0, AT_ONCE);
        const people = sessions.map(personOf).filter((person) => person !== null);
        const kept = new Set(people.map(({ id }) => id));
        for (const session of sessions) this.#changed.delete(session);
        try {
          await store.keepPeople(
            people,
            sessions.filter((session) => !kept.has(session)),
          );
        } catch (error) {
          for (const session of sessions) this.#changed.add(session);
          throw error;
        }
      }
      health(null);
    } catch (error) {
      health(error);
    }
  }
}
