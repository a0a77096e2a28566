import type { NameKey } from "../domain/names.ts";
import type { UserRef } from "../domain/principal.ts";
import type { Newcomer, Person, Presence, PresenceListener } from "../ports/presence.ts";
import type { FirstOf } from "../ports/store.ts";
import { Roster } from "./roster.ts";

/** Answers the questions of `Presence` from a roster, which those who extend this keep up to date. */
export abstract class RosterPresence implements Presence {
  protected readonly roster = new Roster();

  abstract claim(newcomer: Newcomer): Promise<boolean>;
  abstract release(session: number): void;
  abstract joined(session: number, room: number): void;
  abstract left(session: number, room: number): void;
  abstract goneOf(sessions: readonly number[]): Promise<readonly number[]>;
  abstract listen(listener: PresenceListener): void;

  find(key: NameKey): Person | null {
    return this.roster.find(key);
  }

  people(): Iterable<Person> {
    return this.roster.all();
  }

  names(limit: number): FirstOf<string> {
    return this.roster.names(limit);
  }

  get count(): number {
    return this.roster.count;
  }

  get countElsewhere(): number {
    return this.roster.countElsewhere;
  }

  peopleIn(room: number): Iterable<Person> {
    return this.roster.peopleIn(room);
  }

  countIn(room: number): number {
    return this.roster.countIn(room);
  }

  isIn(room: number, id: number): boolean {
    return this.roster.isIn(room, id);
  }

  namesIn(room: number, limit: number): FirstOf<string> {
    return this.roster.namesIn(room, limit);
  }

  eldestIn(room: number, isOut: (person: Person) => boolean): UserRef | null {
    let eldest: Person | null = null;
    let sinceMicros = Number.POSITIVE_INFINITY;
    for (const person of this.roster.peopleIn(room)) {
      const joinedMicros = person.rooms.get(room) ?? Number.POSITIVE_INFINITY;
      if (joinedMicros < sinceMicros && !isOut(person)) [eldest, sinceMicros] = [person, joinedMicros];
    }
    return eldest;
  }
}
