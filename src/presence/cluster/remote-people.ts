import { type Absence, NOWHERE, STANDINGS } from "../../ports/absence.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ClusterMessage, Whereabouts } from "../../ports/cluster-message.ts";
import type { Movements, Roster } from "../roster.ts";
import { AbsenceIndex } from "../absence-index.ts";
import { absenceOf, type NodePeople, type PeopleTable, whereaboutsOf } from "./people-table.ts";

export interface RemotePeopleHooks extends Movements {
  /** A node is gone, and these sessions with it. */
  died(sessions: readonly number[]): void;
  /** Whether somebody is at this node, or away from it, also by that version of the people of another node. */
  isOwn(session: number, version: number): boolean;
  failed(error: unknown): void;
}

/** How much of a node's people is known. */
interface Known {
  /** The version up to which everything is known; -1: nothing. */
  version: number;
  /** The value of `version` at the last comparison. A database that reports a lower one later was restored. */
  compared: number;
  /** Parts of the next version that have come. */
  readonly parts: Set<number>;
}

/** What is known of those whose node is gone. */
const UNKNOWN = { ...NOWHERE, hasRightsIn: null, standing: STANDINGS.unknown, seenMicros: 0, needsCode: false };
/** Time that a missing change still has to come over the bus. Then the people are read from the database. */
const WAIT_FOR_BUS_MS = 50;

/** The people of the other nodes, by what those tell. Where a version is missing, they are read from the database. */
export class RemotePeople {
  readonly #table: Pick<PeopleTable, "peopleOf" | "present">;
  readonly #roster: Roster;
  readonly #clock: Clock;
  readonly #hooks: RemotePeopleHooks;
  readonly #known = new Map<number, Known>();
  readonly #stale = new Set<number>();
  readonly #away = new AbsenceIndex();
  /** The node that somebody is away from; null: it is gone, and nobody has told yet which one keeps them now. */
  readonly #awayFrom = new Map<number, number | null>();
  /** The version of the people of their node by which somebody was told of last: they may have been elsewhere before. */
  readonly #toldBy = new Map<number, number>();
  readonly #graceMs: () => number;
  #isReading = false;

  /** @param graceMs as `LeaseSettings.graceMs` */
  constructor(
    table: Pick<PeopleTable, "peopleOf" | "present">,
    roster: Roster,
    clock: Clock,
    graceMs: () => number,
    hooks: RemotePeopleHooks,
  ) {
    this.#table = table;
    this.#roster = roster;
    this.#clock = clock;
    this.#graceMs = graceMs;
    this.#hooks = hooks;
  }

  /** Whether somebody is away from another node, or may be. */
  isAway(session: number): boolean {
    return this.#away.byId(session) !== null;
  }

  /** Whether another node that is alive has told that somebody is there, or away from it. */
  has(session: number): boolean {
    return this.#nodeOf(session) !== null;
  }

  /** Those who are away from other nodes. */
  get away(): Pick<AbsenceIndex, "all" | "byName" | "in"> {
    return this.#away;
  }

  hear(message: Extract<ClusterMessage, { type: "people" }>): void {
    const known = this.#knownOf(message.node);
    if (message.version <= known.version) return;
    if (message.previous !== known.version) return this.#readSoon(message.node);
    for (const person of message.here) if (this.#isNews(person.id, message)) this.#put(message, person);
    for (const id of message.gone) if (this.#isNews(id, message)) this.remove(id);
    known.parts.add(message.part);
    if (known.parts.size < message.parts) return;
    known.parts.clear();
    known.version = message.version;
  }

  /** @param versions of the people of the other nodes, as the database has them; a node that is not listed is gone */
  compare(versions: ReadonlyMap<number, number>): void {
    for (const [node, version] of versions) {
      const known = this.#knownOf(node);
      if (known.version < version || version < known.compared) this.#readSoon(node);
      known.compared = known.version;
    }
    for (const node of this.#known.keys()) if (!versions.has(node)) this.forget(node);
    this.#askForDoubtful();
  }

  /** A node is gone. Its people have left their rooms, and have ended where no other node keeps their names now. */
  forget(node: number): void {
    this.#known.delete(node);
    this.#stale.delete(node);
    const people = [...this.#roster.people()].filter((person) => person.node === node);
    this.#roster.removeNode(node, this.#hooks);
    const graceMs = this.#graceMs();
    if (graceMs === 0) {
      return this.#end([...people.map(({ id }) => id), ...this.#awayAt(node)]);
    }
    const untilMicros = this.#clock.micros() + graceMs * 1000;
    for (const { rooms, ...person } of people) {
      const wasIn = [...rooms].toSorted(([, one], [, other]) => one - other).map(([room]) => room);
      // What they come back to is in the rows.
      const left = { ...UNKNOWN, rooms: wasIn, untilMicros };
      this.#keep({ ...person, ...left }, null);
    }
    for (const id of this.#awayAt(node)) this.#awayFrom.set(id, null);
  }

  /** Somebody is not at another node, nor away from one. */
  remove(session: number): void {
    if (this.#roster.nodeOf(session) !== null) this.#roster.remove(session, this.#hooks);
    this.#dropAway(session);
    this.#toldBy.delete(session);
  }

  /** Reads the people of all nodes again. */
  readAgain(): void {
    for (const node of this.#known.keys()) this.#readSoon(node);
  }

  /** Reads all that is known to be missing. Rejects with a `StoreError`. */
  async read(): Promise<void> {
    const nodes = [...this.#stale];
    if (nodes.length === 0 || this.#isReading) return;
    this.#isReading = true;
    const versions = new Map(nodes.map((node) => [node, this.#knownOf(node).version]));
    try {
      const read = await this.#table.peopleOf(nodes);
      for (const [node, version] of versions) this.#take(node, version, read.get(node));
    } finally {
      // The next comparison shows what is still missing.
      for (const node of nodes) this.#stale.delete(node);
      this.#isReading = false;
      // Nodes that were found to be stale while these were read.
      if (this.#stale.size > 0) this.#readLater();
    }
  }

  /** Asks which of those whose node is gone have ended. If that fails, the next comparison asks again. */
  #askForDoubtful(): void {
    const doubtful = this.#awayAt(null);
    if (doubtful.length === 0) return;
    this.#table.present(doubtful).then(
      (present) => this.#end(doubtful.filter((id) => !present.has(id) && this.#awayFrom.get(id) === null)),
      (error: unknown) => this.#hooks.failed(error),
    );
  }

  #end(sessions: readonly number[]): void {
    for (const session of sessions) this.remove(session);
    if (sessions.length > 0) this.#hooks.died(sessions);
  }

  /** Whether what a node tells of somebody is not older than what is known. Versions are times, so those of two nodes compare. */
  #isNews(id: number, { node, version }: { readonly node: number; readonly version: number }): boolean {
    if (this.#hooks.isOwn(id, version)) return false;
    return this.#nodeOf(id) === node || (this.#toldBy.get(id) ?? -1) < version;
  }

  #put({ node, version }: { readonly node: number; readonly version: number }, person: Whereabouts): void {
    const absence = absenceOf(person);
    if (absence) {
      this.remove(person.id);
      this.#keep(absence, node);
    } else {
      this.#dropAway(person.id);
      this.#roster.put(node, person, this.#hooks);
    }
    this.#toldBy.set(person.id, version);
  }

  #nodeOf(session: number): number | null {
    return this.#roster.nodeOf(session) ?? this.#awayFrom.get(session) ?? null;
  }

  #awayAt(node: number | null): number[] {
    return [...this.#awayFrom].filter(([, from]) => from === node).map(([id]) => id);
  }

  #keep(absence: Absence, node: number | null): void {
    this.#away.add(absence);
    this.#awayFrom.set(absence.id, node);
  }

  #dropAway(session: number): void {
    this.#away.remove(session);
    this.#awayFrom.delete(session);
  }

  #knownOf(node: number): Known {
    let known = this.#known.get(node);
    if (!known) this.#known.set(node, (known = { version: -1, compared: -1, parts: new Set() }));
    return known;
  }

  #readSoon(node: number): void {
    if (this.#stale.has(node)) return;
    this.#stale.add(node);
    this.#readLater();
  }

  #readLater(): void {
    this.#clock.after(WAIT_FOR_BUS_MS, () => {
      this.read().catch((error: unknown) => this.#hooks.failed(error));
    });
  }

  /** @param knownBefore the version that was known before the read: a database that has a lower one was restored */
  #take(node: number, knownBefore: number, read: NodePeople | undefined): void {
    if (!read) return this.forget(node);
    const known = this.#knownOf(node);
    const { version, people } = read;
    // What was told meanwhile is newer.
    if (version >= knownBefore && version < known.version) return;
    known.version = version;
    known.compared = version;
    known.parts.clear();
    const now = new Set(people.map(({ id }) => id));
    const before = [...this.#toldBy.keys()].filter((id) => this.#nodeOf(id) === node);
    for (const id of before) if (!now.has(id)) this.remove(id);
    for (const row of people)
      if (this.#isNews(row.id, { node, version })) this.#put({ node, version }, whereaboutsOf(row));
  }
}
