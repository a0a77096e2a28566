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
  /** The value of `version` at the last comparison. A database that reports a lower one later was restored. */
  compared: number;
  /** Parts of the next version that have come. */
  readonly parts: Set<number>;
}

/** Time that a missing change still has to come over the bus. Then the people are read from the database. */
const WAIT_FOR_BUS_MS = 50;

/** The people of the other nodes, by what those tell. Where a version is missing, they are read from the database. */
export class RemotePeople {
  readonly #table: Pick<PeopleTable, "peopleOf">;
  readonly #roster: Roster;
  readonly #clock: Clock;
  readonly #hooks: RemotePeopleHooks;
  readonly #known = new Map<number, Known>();
  readonly #stale = new Set<number>();
  #isReading = false;

  constructor(table: Pick<PeopleTable, "peopleOf">, roster: Roster, clock: Clock, hooks: RemotePeopleHooks) {
    this.#table = table;
    this.#roster = roster;
    this.#clock = clock;
    this.#hooks = hooks;
  }

  hear(message: Extract<ClusterMessage, { type: "people" }>): void {
    const known = this.#knownOf(message.node);
    if (message.version <= known.version) return;
    if (message.previous !== known.version) return this.#readSoon(message.node);
    for (const person of message.here) {
      if (!this.#isElsewhere(person.id, message)) this.#roster.put(message.node, person, this.#hooks);
    }
    for (const id of message.gone) if (!this.#roster.here.has(id)) this.#roster.remove(id, this.#hooks);
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
      // The next comparison shows what is still missing.
      for (const node of nodes) this.#stale.delete(node);
      this.#isReading = false;
      // Nodes that were found to be stale while these were read.
      if (this.#stale.size > 0) this.#readLater();
    }
  }

  /** Whether the node of this person has a new id since the message. Versions are times, so those of both compare. */
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
    this.#roster.replace(node, people, this.#hooks);
  }
}
