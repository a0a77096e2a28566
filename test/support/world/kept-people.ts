import type { KeptPeople, KeptPerson, PeopleStore } from "../../../src/ports/people-store.ts";

/** People who are kept for the next start, in memory. */
export class FakePeopleStore implements Pick<PeopleStore, "keepPeople" | "keptPeople"> {
  readonly byId = new Map<number, KeptPerson>();
  lastEntryMicros = 0;

  keepPeople(people: readonly KeptPerson[], ended: readonly number[]): Promise<void> {
    for (const person of people) this.byId.set(person.id, structuredClone(person));
    for (const id of ended) this.byId.delete(id);
    return Promise.resolve();
  }

  copy(): FakePeopleStore {
    const copy = new FakePeopleStore();
    for (const [id, person] of this.byId) copy.byId.set(id, person);
    return copy;
  }

  keptPeople(): Promise<KeptPeople> {
    return Promise.resolve({ people: [...this.byId.values()], lastEntryMicros: this.lastEntryMicros });
  }
}
