import type { Absence } from "./absence.ts";

/** Somebody as they are kept for the next start. */
export interface KeptPerson extends Omit<Absence, "seenMicros" | "untilMicros"> {
  /** Null: they were here when this was written. */
  readonly seenMicros: number | null;
  /** Null: their time to come back begins with the next start. */
  readonly untilMicros: number | null;
}

export interface KeptPeople {
  readonly people: readonly KeptPerson[];
  /** The time of the last entry of any room, in microseconds since 1970; 0: there is none. */
  readonly lastEntryMicros: number;
}

/** Where people are, for the next start of a node that is alone. Rejects with a `StoreError`. */
export interface PeopleStore {
  /** Writes what these people are now, and forgets the sessions that have ended. */
  keepPeople(people: readonly KeptPerson[], ended: readonly number[]): Promise<void>;
  keptPeople(): Promise<KeptPeople>;
  /** Resolves with a secret of this store, the same each time. */
  secret(): Promise<string>;
}
