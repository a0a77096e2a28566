import type { Clock } from "../../ports/clock.ts";
import type { ClusterMessage } from "../../ports/cluster-message.ts";
import type { Movements, Roster } from "../roster.ts";
import type { NodePeople, PeopleTable } from "./people-table.ts";

export interface RemotePeopleHooks extends Movements {
  /** A node is gone, and these sessions with it. */
  died(sessions: readonly number[]): void;
  failed(error: unknown): void;
}

/** How much of a node's people is known. */
interface Known {
  /** The version up to which everything is known; -1: nothing. */
  version: number;
  /** What that was when versions were compared last: a database that tells a lower one after that was restored. */
  compared: number;
  /** The parts of the next version that came. */
  readonly parts: Set<number>;
}

/** So long may what was told of people be on its way; then it is read. */
const WAIT_FOR_BUS_MS = 50;

/**
 * The people of the other nodes, as those tell of them. Every change of a node's people has a version: where one is
 * missing, and where the lease shows a later one, they are read.
 */
export class RemotePeople {
  readonly #table: Pick<PeopleTable, "peopleOf">;
  readonly #roster: Roster;
  readonly #clock: Clock;
  readonly #hooks: RemotePeopleHooks;
  readonly #known = new Map<number, Known>();
  readonly #stale = new Set<number>();
  #isReading = false;

  /** @param roster where the people of other nodes are kept */
  constructor(table: Pick<PeopleTable, "peopleOf">, roster: Roster, clock: Clock, hooks: RemotePeopleHooks) {
    this.#table = table;
    this.#roster = roster;
    this.#clock = clock;
    this.#hooks = hooks;
  }

  hear(news: Extract<ClusterMessage, { type: "people" }>): void {
    const known = this.#knownOf(news.node);
    if (news.version <= known.version) return;
    if (news.previous !== known.version) return this.#readSoon(news.node);
    for (const person of news.here) {
      if (!this.#isElsewhere(person.id, news)) this.#roster.put(news.node, person, this.#hooks);
    }
    for (const id of news.gone) this.#roster.remove(id, this.#hooks);
    known.parts.add(news.part);
    if (known.parts.size < news.parts) return;
    known.parts.clear();
    known.version = news.version;
  }

  /** @param versions what the database says of the other nodes: those that are not there are gone */
  compare(versions: ReadonlyMap<number, number>): void {
    for (const [node, version] of versions) {
      const known = this.#knownOf(node);
      if (known.version < version || version < known.compared) this.#readSoon(node);
      known.compared = known.version;
    }
    for (const node of this.#known.keys()) if (!versions.has(node)) this.forget(node);
  }

  /** A node is gone, and its people with it. */
  forget(node: number): void {
    this.#known.delete(node);
    this.#stale.delete(node);
    const dead = this.#roster.removeNode(node, this.#hooks);
    if (dead.length > 0) this.#hooks.died(dead);
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
      // What is missing still is shown by the next comparison.
      for (const node of nodes) this.#stale.delete(node);
      this.#isReading = false;
      // What was found missing while these were read.
      if (this.#stale.size > 0) this.#readLater();
    }
  }

  /** Whether late news tells of somebody whose node has become another since: versions are times. */
  #isElsewhere(id: number, { node, version }: { readonly node: number; readonly version: number }): boolean {
    const current = this.#roster.nodeOf(id);
    return current !== null && current !== node && this.#knownOf(current).version > version;
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

  /** @param before the version that was known when it was asked: a database that has a lower one was restored */
  #take(node: number, before: number, read: NodePeople | undefined): void {
    if (!read) return this.forget(node);
    const known = this.#knownOf(node);
    const { version, people } = read;
    // What was told meanwhile is newer.
    if (version >= before && version < known.version) return;
    known.version = version;
    known.compared = version;
    known.parts.clear();
    this.#roster.replace(node, people, this.#hooks);
  }
}
