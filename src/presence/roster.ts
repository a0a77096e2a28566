import { FIRST_CODES } from "../ports/absence.ts";
import { compareNames, labelOf, type NameKey } from "../domain/names.ts";
import { SortedTree } from "../domain/sorted-tree.ts";
import type { Whereabouts } from "../ports/cluster-message.ts";
import type { UserRef } from "../domain/principal.ts";
import type { Person } from "../ports/presence.ts";
import type { FirstOf } from "../ports/store.ts";

/** Somebody who is logged in at this node. */
export interface LocalPerson extends Person {
  readonly node: null;
  readonly rooms: Map<number, number>;
}

/** Called with the moves of people of other nodes that follow from a change of the roster. */
export interface Movements {
  joined(person: Person, room: number): void;
  left(person: Person, room: number): void;
}

/** The people in one room. `sorted` (by name) is null until somebody asks for it, and up to date from then on. */
interface RoomPeople {
  readonly all: Map<number, Person>;
  sorted: SortedTree<Person> | null;
}

const NOBODY = { id: 0, address: "", sinceMicros: 0, codes: FIRST_CODES, rooms: new Map(), node: null };

/** Everybody who is logged in, here and at other nodes, and the rooms that they are in. */
export class Roster {
  readonly #here = new Map<number, LocalPerson>();
  readonly #byId = new Map<number, Person>();
  /** By name. Where another node has the same name for a moment, this node finds its own person. */
  readonly #hereByKey = new Map<NameKey, Person>();
  readonly #elsewhereByKey = new Map<NameKey, Person>();
  /** People of other nodes whose name somebody has who was told of later; nearly always empty. */
  readonly #displaced = new Map<NameKey, readonly number[]>();
  readonly #byRoom = new Map<number, RoomPeople>();
  readonly #byNode = new Map<number, Set<number>>();
  /** By name. Null until somebody asks for names, and kept up to date from then on. */
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

  people(): Iterable<Person> {
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

  namesLike(start: string, limit: number): readonly string[] {
    this.#sorted ??= new SortedTree(compareNames, this.#byId.values());
    const nobody = { ...NOBODY, name: labelOf(start) };
    const names = this.#sorted.first(limit, nobody).map(({ name }) => name);
    return names.filter(({ key }) => key.startsWith(nobody.name.key)).map(({ shown }) => shown);
  }

  /** Returns the node where somebody is; null: they are here, or unknown. */
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

  eldestIn(room: number, isOut: (person: Person) => boolean): UserRef | null {
    let eldest: Person | null = null;
    let sinceMicros = Number.POSITIVE_INFINITY;
    let hasLocal = false;
    for (const person of this.peopleIn(room)) {
      // People of this node come in the order in which they joined, whatever the clock did since.
      if (isOut(person) || (person.node === null && hasLocal)) continue;
      hasLocal ||= person.node === null;
      const joinedMicros = person.rooms.get(room) ?? Number.POSITIVE_INFINITY;
      if (eldest === null || joinedMicros < sinceMicros) [eldest, sinceMicros] = [person, joinedMicros];
    }
    return eldest;
  }

  /** Adds somebody who has logged in at this node. */
  add(person: LocalPerson): void {
    this.#here.set(person.id, person);
    this.#byId.set(person.id, person);
    this.#hereByKey.set(person.name.key, person);
    this.#sorted?.add(person);
    for (const room of person.rooms.keys()) this.#enter(person, room);
  }

  /** Puts a session of this node into a room; does nothing when the session is not logged in. */
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

  /** Adds somebody of another node, or updates their rooms. */
  put(node: number, now: Whereabouts, told: Movements): void {
    // A database that was restored may have a person of this node under another node.
    if (this.#here.has(now.id)) return;
    const before = this.#byId.get(now.id);
    const person: Person = { ...now, node };
    // In rooms where they stay, they keep their place in the order of joining.
    if (before) this.#forget(before, person.rooms);
    this.#byId.set(person.id, person);
    this.#setElsewhere(person);
    this.#sorted?.add(person);
    this.#of(node).add(person.id);
    for (const room of person.rooms.keys()) this.#enter(person, room);
    for (const room of person.rooms.keys()) if (before?.rooms.has(room) !== true) told.joined(person, room);
    for (const room of before?.rooms.keys() ?? []) if (!person.rooms.has(room)) told.left(person, room);
  }

  /** Removes somebody who is logged out, at any node. @param told called with the rooms that they were in */
  remove(id: number, told: Movements | null = null): void {
    const person = this.#byId.get(id);
    if (!person) return;
    this.#forget(person, new Map());
    for (const room of person.rooms.keys()) told?.left(person, room);
  }

  /** Replaces all people of another node. */
  replace(node: number, people: readonly Whereabouts[], told: Movements): void {
    const now = new Set(people.map(({ id }) => id));
    for (const id of this.#of(node)) if (!now.has(id)) this.remove(id, told);
    for (const person of people) this.put(node, person, told);
  }

  /** Removes a node and its people. Returns their sessions. */
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
    if (person.node !== null) this.#forgetElsewhere(person, person.node);
    else if (this.#hereByKey.get(person.name.key) === person) this.#hereByKey.delete(person.name.key);
    for (const room of person.rooms.keys()) if (!stays.has(room)) this.#leave(person, room);
  }

  /** Nodes tell of a name in any order: for a moment its last holder and its next one may both be known. */
  #setElsewhere(person: Person): void {
    const { key } = person.name;
    const other = this.#elsewhereByKey.get(key);
    this.#elsewhereByKey.set(key, person);
    if (other && other.id !== person.id) this.#displaced.set(key, [...(this.#displaced.get(key) ?? []), other.id]);
  }

  #forgetElsewhere(person: Person, node: number): void {
    const { key } = person.name;
    this.#byNode.get(node)?.delete(person.id);
    const others = (this.#displaced.get(key) ?? []).filter((id) => id !== person.id && this.#byId.has(id));
    if (this.#elsewhereByKey.get(key) === person) {
      const next = this.#byId.get(others.pop() ?? 0);
      if (next) this.#elsewhereByKey.set(key, next);
      else this.#elsewhereByKey.delete(key);
    }
    if (others.length > 0) this.#displaced.set(key, others);
    else this.#displaced.delete(key);
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
