import { byName } from "../../chat/rooms/listings.ts";
import type { NameKey } from "../../domain/names.ts";
import type { Whereabouts } from "../../ports/cluster-message.ts";
import type { Person } from "../../ports/presence.ts";
import { SortedTree } from "../../domain/sorted-tree.ts";

/** What changed for others by a change of the roster. */
export interface Movements {
  joined(person: Person, room: number): void;
  left(person: Person, room: number): void;
}

/** People of other nodes. */
export class Roster {
  readonly #byId = new Map<number, Person>();
  readonly #byKey = new Map<NameKey, Person>();
  readonly #byName = new SortedTree<Person>(byName);
  readonly #byRoom = new Map<number, Map<number, Person>>();
  readonly #byNode = new Map<number, Set<number>>();

  get size(): number {
    return this.#byId.size;
  }

  all(): Iterable<Person> {
    return this.#byId.values();
  }

  /** The first ones in the order of their names, `limit` or all. */
  firstByName(limit: number): readonly Person[] {
    return this.#byName.first(limit);
  }

  find(key: NameKey): Person | null {
    return this.#byKey.get(key) ?? null;
  }

  has(id: number): boolean {
    return this.#byId.has(id);
  }

  /** The node where somebody is; null: they are unknown. */
  nodeOf(id: number): number | null {
    return this.#byId.get(id)?.node ?? null;
  }

  peopleIn(room: number): Iterable<Person> {
    return this.#byRoom.get(room)?.values() ?? [];
  }

  countIn(room: number): number {
    return this.#byRoom.get(room)?.size ?? 0;
  }

  /** Somebody of a node is here now, in these rooms. */
  put(node: number, now: Whereabouts, told: Movements): void {
    const before = this.#byId.get(now.id);
    const person: Person = { ...now, node };
    // Where they stay, their place stays: the longest-present come first.
    if (before) this.#forget(before, person.rooms);
    this.#byId.set(person.id, person);
    this.#byKey.set(person.name.key, person);
    this.#byName.add(person);
    this.#of(node).add(person.id);
    for (const room of person.rooms.keys()) {
      let people = this.#byRoom.get(room);
      if (!people) this.#byRoom.set(room, (people = new Map<number, Person>()));
      people.set(person.id, person);
    }
    for (const room of person.rooms.keys()) if (before?.rooms.has(room) !== true) told.joined(person, room);
    for (const room of before?.rooms.keys() ?? []) if (!person.rooms.has(room)) told.left(person, room);
  }

  remove(id: number, told: Movements): void {
    const person = this.#byId.get(id);
    if (!person) return;
    this.#forget(person, new Map());
    for (const room of person.rooms.keys()) told.left(person, room);
  }

  /** Of a node these people are all there are. */
  replace(node: number, people: readonly Whereabouts[], told: Movements): void {
    const now = new Set(people.map(({ id }) => id));
    for (const id of this.#of(node)) if (!now.has(id)) this.remove(id, told);
    for (const person of people) this.put(node, person, told);
  }

  /** Returns whom it had. */
  removeNode(node: number, told: Movements): readonly number[] {
    const people = [...this.#of(node)];
    this.replace(node, [], told);
    this.#byNode.delete(node);
    return people;
  }

  #forget(person: Person, stays: Person["rooms"]): void {
    this.#byId.delete(person.id);
    this.#byName.delete(person);
    if (this.#byKey.get(person.name.key) === person) this.#byKey.delete(person.name.key);
    this.#byNode.get(person.node)?.delete(person.id);
    for (const room of person.rooms.keys()) {
      if (stays.has(room)) continue;
      const people = this.#byRoom.get(room);
      people?.delete(person.id);
      if (people?.size === 0) this.#byRoom.delete(room);
    }
  }

  #of(node: number): Set<number> {
    let ids = this.#byNode.get(node);
    if (!ids) this.#byNode.set(node, (ids = new Set<number>()));
    return ids;
  }
}
