import { compareNames, type NameKey } from "../domain/names.ts";
import { SortedTree } from "../domain/sorted-tree.ts";
import type { Whereabouts } from "../ports/cluster-message.ts";
import type { Person } from "../ports/presence.ts";
import type { FirstOf } from "../ports/store.ts";

/** Somebody of this node. */
export interface LocalPerson extends Person {
  readonly node: null;
  readonly rooms: Map<number, number>;
}

/** What a change of the roster means for others. */
export interface Movements {
  joined(person: Person, room: number): void;
  left(person: Person, room: number): void;
}

/** The people in one room; sorted by name from when somebody asks for that. */
interface RoomPeople {
  readonly all: Map<number, Person>;
  sorted: SortedTree<Person> | null;
}

/** Everybody who is logged in, here and at other nodes, and the rooms that they are in. */
export class Roster {
  /** Those of this node. */
  readonly #here = new Map<number, LocalPerson>();
  readonly #byId = new Map<number, Person>();
  /** For a moment two nodes may have somebody of one name: each side is kept apart, and this node's people count first. */
  readonly #hereByKey = new Map<NameKey, Person>();
  readonly #elsewhereByKey = new Map<NameKey, Person>();
  readonly #byRoom = new Map<number, RoomPeople>();
  readonly #byNode = new Map<number, Set<number>>();
  /** Null until somebody asks for names: from then on it is kept. */
  #sorted: SortedTree<Person> | null = null;

  get count(): number {
    return this.#byId.size;
  }

  get countElsewhere(): number {
    return this.#byId.size - this.#here.size;
  }

  /** The people of this node, by session. */
  get here(): ReadonlyMap<number, LocalPerson> {
    return this.#here;
  }

  all(): Iterable<Person> {
    return this.#byId.values();
  }

  has(id: number): boolean {
    return this.#byId.has(id);
  }

  find(key: NameKey): Person | null {
    return this.#hereByKey.get(key) ?? this.#elsewhereByKey.get(key) ?? null;
  }

  /** Names as shown, sorted by key. */
  names(limit: number): FirstOf<string> {
    this.#sorted ??= new SortedTree(compareNames, this.#byId.values());
    return firstNames(this.#sorted, limit);
  }

  /** The node where somebody is; null: they are here, or unknown. */
  nodeOf(id: number): number | null {
    return this.#byId.get(id)?.node ?? null;
  }

  peopleIn(room: number): Iterable<Person> {
    return this.#byRoom.get(room)?.all.values() ?? [];
  }

  countIn(room: number): number {
    return this.#byRoom.get(room)?.all.size ?? 0;
  }

  isIn(room: number, id: number): boolean {
    return this.#byRoom.get(room)?.all.has(id) === true;
  }

  namesIn(room: number, limit: number): FirstOf<string> {
    const people = this.#byRoom.get(room);
    if (!people) return { first: [], count: 0 };
    people.sorted ??= new SortedTree(compareNames, people.all.values());
    return firstNames(people.sorted, limit);
  }

  /** Somebody of this node is logged in now. */
  add(person: LocalPerson): void {
    this.#here.set(person.id, person);
    this.#byId.set(person.id, person);
    this.#hereByKey.set(person.name.key, person);
    this.#sorted?.add(person);
    for (const room of person.rooms.keys()) this.#enter(person, room);
  }

  /** A session of this node is in a room now; nothing happens where it is not logged in. */
  enter(session: number, room: number, sinceMicros: number): void {
    const person = this.#here.get(session);
    if (!person) return;
    person.rooms.set(room, sinceMicros);
    this.#enter(person, room);
  }

  leave(session: number, room: number): void {
    const person = this.#here.get(session);
    if (!person) return;
    person.rooms.delete(room);
    this.#leave(person, room);
  }

  /** Somebody of another node is logged in now, and is in these rooms. */
  put(node: number, now: Whereabouts, told: Movements): void {
    // In a database that was restored, a person of this node may still be there under another node.
    if (this.#here.has(now.id)) return;
    const before = this.#byId.get(now.id);
    const person: Person = { ...now, node };
    // Where they stay, their place stays: those who joined first come first.
    if (before) this.#forget(before, person.rooms);
    this.#byId.set(person.id, person);
    this.#elsewhereByKey.set(person.name.key, person);
    this.#sorted?.add(person);
    this.#of(node).add(person.id);
    for (const room of person.rooms.keys()) this.#enter(person, room);
    for (const room of person.rooms.keys()) if (before?.rooms.has(room) !== true) told.joined(person, room);
    for (const room of before?.rooms.keys() ?? []) if (!person.rooms.has(room)) told.left(person, room);
  }

  /** Somebody, of this node or another, is logged in no longer. @param told who is told of the rooms that they were in */
  remove(id: number, told: Movements | null = null): void {
    const person = this.#byId.get(id);
    if (!person) return;
    this.#forget(person, new Map());
    for (const room of person.rooms.keys()) told?.left(person, room);
  }

  /** These people are all that another node has. */
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

  #enter(person: Person, room: number): void {
    let people = this.#byRoom.get(room);
    if (!people) this.#byRoom.set(room, (people = { all: new Map(), sorted: null }));
    people.all.set(person.id, person);
    people.sorted?.add(person);
  }

  #leave(person: Person, room: number): void {
    const people = this.#byRoom.get(room);
    people?.all.delete(person.id);
    people?.sorted?.delete(person);
    if (people?.all.size === 0) this.#byRoom.delete(room);
  }

  #forget(person: Person, stays: Person["rooms"]): void {
    this.#byId.delete(person.id);
    if (person.node === null) this.#here.delete(person.id);
    this.#sorted?.delete(person);
    const byKey = person.node === null ? this.#hereByKey : this.#elsewhereByKey;
    if (byKey.get(person.name.key) === person) byKey.delete(person.name.key);
    if (person.node !== null) this.#byNode.get(person.node)?.delete(person.id);
    for (const room of person.rooms.keys()) if (!stays.has(room)) this.#leave(person, room);
  }

  #of(node: number): Set<number> {
    let ids = this.#byNode.get(node);
    if (!ids) this.#byNode.set(node, (ids = new Set<number>()));
    return ids;
  }
}

function firstNames(sorted: SortedTree<Person>, limit: number): FirstOf<string> {
  return { first: sorted.first(limit).map(({ name }) => name.shown), count: sorted.size };
}
