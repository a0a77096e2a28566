import type { NameKey } from "../../../src/domain/names.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Whereabouts } from "../../../src/ports/cluster-message.ts";
import { StoreError } from "../../../src/ports/store-error.ts";
import type { NodeIdentity } from "../../../src/postgres/node-identity.ts";
import type { NewNode, NodeTable, Renewed, Swept } from "../../../src/presence/cluster/node-table.ts";
import type { NodePeople, PeopleTable, Written } from "../../../src/presence/cluster/people-table.ts";

interface NodeRow {
  readonly leaseMs: number;
  readonly renewedMicros: number;
  readonly upSinceMicros: number;
  /** Of its people: a time, so that none comes twice where the rows are restored to their past. */
  readonly version: number;
}

interface NameRow {
  readonly person: Whereabouts;
  readonly node: number;
}

/** The rows that the nodes of a cluster share, with the clock by which leases run out. Rows never change in place. */
export class FakeClusterTables {
  nodes = new Map<number, NodeRow>();
  names = new Map<NameKey, NameRow>();
  readonly clock: Pick<Clock, "micros">;

  constructor(clock: Pick<Clock, "micros">) {
    this.clock = clock;
  }

  /** The tables as one more node reaches them. */
  link(): TableLink {
    return new TableLink(this);
  }

  /** Remembers all rows: the function that is returned restores them. */
  backUp(): () => void {
    const { nodes, names } = this;
    [this.nodes, this.names] = [new Map(nodes), new Map(names)];
    return () => {
      [this.nodes, this.names] = [new Map(nodes), new Map(names)];
    };
  }

  /** Whether the lease of a node has run out. */
  isOver({ renewedMicros, leaseMs }: NodeRow): boolean {
    return this.clock.micros() - renewedMicros > leaseMs * 1000;
  }

  removeNode(id: number): void {
    this.nodes.delete(id);
    for (const [key, { node }] of this.names) if (node === id) this.names.delete(key);
  }

  peopleOf(id: number): Whereabouts[] {
    return [...this.names.values()].filter(({ node }) => node === id).map(({ person }) => person);
  }
}

type Call = "register" | "renew" | "sweep" | "remove" | "release" | "put" | "ownSessions" | "peopleOf" | "present";

/** The tables as one node reaches them: it may be cut off, and answers may be late or lost. */
export class TableLink {
  /** What was asked for, in order. */
  readonly calls: Call[] = [];
  isCut = false;
  /** The answers to the next so many calls are lost: what was asked for is done. */
  answersToLose = 0;
  readonly nodes: NodeTable;
  readonly #tables: FakeClusterTables;
  readonly #holds = new Map<Call, Promise<void>>();

  constructor(tables: FakeClusterTables) {
    this.#tables = tables;
    this.nodes = {
      register: (node) => this.#ask("register", () => this.#register(node)),
      renew: (id) => this.#ask("renew", () => this.#renew(id)),
      sweep: (id) => this.#ask("sweep", () => this.#sweep(id)),
      remove: (id) => this.#ask("remove", () => tables.removeNode(id)),
    };
  }

  people(identity: NodeIdentity): PeopleTable {
    return {
      release: (sessions) =>
        this.#write("release", identity, (id) => {
          const { names } = this.#tables;
          for (const [key, { person, node }] of names) {
            if (node === id && sessions.includes(person.id)) names.delete(key);
          }
          return { held: new Set(), renewed: new Map() };
        }),
      put: (claimed, moved) => {
        // What is sent is how they are now, whenever it arrives.
        const [claims, moves] = [claimed.map(copyOf), moved.map(copyOf)];
        return this.#write("put", identity, (id) => this.#put(id, claims, moves));
      },
      ownSessions: () => {
        const { signature } = identity;
        return this.#ask("ownSessions", () => {
          const row = this.#tables.nodes.get(signature.id);
          if (!row) throw identity.refusal("compare names", "fenced", signature);
          return { version: row.version, sessions: idsOf(this.#tables.peopleOf(signature.id)) };
        });
      },
      peopleOf: (nodes) =>
        this.#ask("peopleOf", () => {
          const { nodes: rows } = this.#tables;
          const there = nodes.flatMap((id): [number, NodePeople][] => {
            const row = rows.get(id);
            return row ? [[id, { version: row.version, people: this.#tables.peopleOf(id) }]] : [];
          });
          return new Map(there);
        }),
      present: (sessions) =>
        this.#ask("present", () => {
          const all = idsOf([...this.#tables.names.values()].map(({ person }) => person));
          return new Set(sessions.filter((id) => all.has(id)));
        }),
    };
  }

  /** Calls of this kind wait until the function that is returned is called. */
  hold(call: Call): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#holds.set(call, promise);
    return () => {
      this.#holds.delete(call);
      resolve();
    };
  }

  async #ask<T>(call: Call, run: () => T): Promise<T> {
    this.calls.push(call);
    await this.#holds.get(call);
    if (this.isCut) throw new StoreError("unavailable", `${call}: cut off`);
    const answer = run();
    if (this.answersToLose === 0) return answer;
    this.answersToLose -= 1;
    throw new StoreError("unavailable", `${call}: the answer is lost`);
  }

  async #write(
    call: "release" | "put",
    identity: NodeIdentity,
    run: (node: number) => Pick<Written, "held" | "renewed">,
  ): Promise<Written> {
    const { signature } = identity;
    const { id, version: known } = signature;
    const written = await this.#ask(call, (): Written => {
      const row = this.#tables.nodes.get(id);
      if (!row) throw identity.refusal(call, "fenced", signature);
      if (row.version < known) throw identity.refusal(call, "past", signature);
      const done = run(id);
      const version = Math.max(row.version + 1, this.#tables.clock.micros());
      this.#tables.nodes.set(id, { ...row, version });
      return { node: id, version, previous: row.version, ...done };
    });
    identity.told(signature, written.version);
    return written;
  }

  #put(id: number, claimed: readonly Whereabouts[], moved: readonly Whereabouts[]): Pick<Written, "held" | "renewed"> {
    const { names, nodes } = this.#tables;
    for (const person of claimed) {
      const holder = names.get(person.name.key)?.person.id ?? person.id;
      if (holder === person.id) names.set(person.name.key, { person, node: id });
    }
    for (const person of moved) {
      const row = names.get(person.name.key);
      if (row?.person.id === person.id && row.node === id) names.set(person.name.key, { ...row, person });
    }
    const held = new Set<number>();
    const renewed = new Map<number, number>();
    for (const person of claimed) {
      const row = names.get(person.name.key);
      if (row?.person.id === person.id) held.add(person.id);
      else renewed.set(person.id, nodes.get(row?.node ?? 0)?.renewedMicros ?? 0);
    }
    return { held, renewed };
  }

  #register({ id, leaseMs, former }: NewNode): number {
    for (const earlier of former) this.#tables.removeNode(earlier);
    const atMicros = this.#tables.clock.micros();
    this.#tables.nodes.set(id, { leaseMs, renewedMicros: atMicros, upSinceMicros: atMicros, version: 0 });
    return atMicros;
  }

  #renew(id: number): Renewed {
    const { nodes, clock } = this.#tables;
    const row = nodes.get(id);
    const atMicros = clock.micros();
    const upSinceMicros = row && !this.#tables.isOver(row) ? row.upSinceMicros : atMicros;
    if (row) nodes.set(id, { ...row, renewedMicros: atMicros, upSinceMicros });
    const others = [...nodes].filter(([other]) => other !== id);
    return {
      self: row ? { version: row.version, upSinceMicros } : null,
      others: new Map(others.map(([other, { version }]) => [other, version])),
    };
  }

  /** Only who has renewed for a whole lease may judge. */
  #sweep(id: number): Swept {
    const { nodes, clock } = this.#tables;
    const own = nodes.get(id);
    if (!own || clock.micros() - own.upSinceMicros <= own.leaseMs * 1000) return { nodes: [], sessions: [] };
    const dead = [...nodes].filter(([, row]) => this.#tables.isOver(row)).map(([node]) => node);
    const sessions = dead.flatMap((node) => this.#tables.peopleOf(node)).map((person) => person.id);
    for (const node of dead) this.#tables.removeNode(node);
    return { nodes: dead, sessions };
  }
}

/** As it is at this moment, as rows are: who is in a room changes in place. */
function copyOf({ id, name, address, sinceMicros, rooms }: Whereabouts): Whereabouts {
  return { id, name, address, sinceMicros, rooms: new Map(rooms) };
}

function idsOf(people: readonly Whereabouts[]): ReadonlySet<number> {
  return new Set(people.map(({ id }) => id));
}
