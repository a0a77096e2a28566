import { isDeepStrictEqual } from "node:util";
import type { NameKey } from "../../../src/domain/names.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import { NOWHERE } from "../../../src/ports/absence.ts";
import { StoreError } from "../../../src/ports/store-error.ts";
import type { NodeIdentity } from "../../../src/postgres/node-identity.ts";
import type { NewNode, NodeTable, Renewed, Swept } from "../../../src/presence/cluster/node-table.ts";
import type {
  Change,
  NodePeople,
  PeopleTable,
  PersonRow,
  Refused,
  Written,
} from "../../../src/presence/cluster/people-table.ts";

interface NodeRow {
  readonly leaseMs: number;
  readonly renewedMicros: number;
  readonly upSinceMicros: number;
  /** Of its people: a time, so that none comes twice where the rows are restored to their past. */
  readonly version: number;
}

interface NameRow {
  readonly person: PersonRow;
  readonly node: number;
}

/** The rows that the nodes of a cluster share, with the clock by which leases run out. Rows never change in place. */
export class FakeClusterTables {
  nodes = new Map<number, NodeRow>();
  names = new Map<NameKey, NameRow>();
  readonly clock: Pick<Clock, "micros">;
  #lastVersion = 0;

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

  /** A version that is later than all that any node has. */
  nextVersion(): number {
    return (this.#lastVersion = Math.max(this.#lastVersion + 1, this.clock.micros()));
  }

  /** Whether the lease of a node has run out. */
  isOver({ renewedMicros, leaseMs }: NodeRow): boolean {
    return this.clock.micros() - renewedMicros > leaseMs * 1000;
  }

  removeNode(id: number): void {
    this.nodes.delete(id);
    for (const [key, { node }] of this.names) if (node === id) this.names.delete(key);
  }

  peopleOf(id: number): PersonRow[] {
    return [...this.names.values()].filter(({ node }) => node === id).map(({ person }) => person);
  }
}

type Call = "register" | "renew" | "sweep" | "remove" | "release" | "put" | "ownPeople" | "peopleOf" | "present";

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
      sweep: (id, untilMicros) => this.#ask("sweep", () => this.#sweep(id, untilMicros)),
      remove: (id, isKept) => this.#ask("remove", () => this.#remove(id, isKept)),
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
          const others = idsOf([...names.values()].map(({ person }) => person));
          return { elsewhere: new Set(sessions.filter((session) => others.has(session))) };
        }),
      put: (claimed, moved) => {
        // What is sent is how they are now, whenever it arrives.
        const [claims, moves] = [claimed.map(copyOf), moved.map(copyOf)];
        return this.#write("put", identity, (id) => this.#put(id, identity.former, claims, moves));
      },
      ownPeople: () => {
        const { signature } = identity;
        return this.#ask("ownPeople", () => {
          const row = this.#tables.nodes.get(signature.id);
          if (!row) throw identity.refusal("compare names", "fenced", signature);
          return { version: row.version, people: this.#tables.peopleOf(signature.id) };
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

  async #write<T>(call: Call, identity: NodeIdentity, run: (node: number) => T): Promise<Change & T> {
    const { signature } = identity;
    const { id, version: known } = signature;
    const written = await this.#ask(call, () => {
      const row = this.#tables.nodes.get(id);
      if (!row) throw identity.refusal(call, "fenced", signature);
      if (row.version < known) throw identity.refusal(call, "past", signature);
      const done = run(id);
      const version = this.#tables.nextVersion();
      this.#tables.nodes.set(id, { ...row, version });
      return { node: id, version, previous: row.version, ...done };
    });
    identity.told(signature, written.version);
    return written;
  }

  #put(
    id: number,
    former: readonly number[],
    claimed: readonly PersonRow[],
    moved: readonly PersonRow[],
  ): Pick<Written, "held" | "refused" | "moved"> {
    const { names, nodes } = this.#tables;
    const own = moved.filter((person) => {
      const row = names.get(person.name.key);
      return row?.person.id === person.id && row.node === id;
    });
    for (const person of own) names.set(person.name.key, { node: id, person });
    const held = new Set<number>();
    const refused = new Map<number, Refused>();
    for (const person of claimed) {
      const row = names.get(person.name.key);
      const isOwn = row?.node === id && row.person.id === person.id;
      if (!row || mayTake(row, person, former)) names.set(person.name.key, { person, node: id });
      else if (!isOwn || (isAway(row.person) && !isAway(person))) {
        refused.set(person.id, { renewedMicros: nodes.get(row.node)?.renewedMicros ?? 0, holder: row.person });
        continue;
      }
      held.add(person.id);
    }
    return { held, refused, moved: idsOf(own) };
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
  #sweep(id: number, untilMicros: number | null): Swept {
    const { nodes, names, clock } = this.#tables;
    const own = nodes.get(id);
    if (!own || clock.micros() - own.upSinceMicros <= own.leaseMs * 1000) return { nodes: [], sessions: [] };
    const dead = [...nodes].filter(([, row]) => this.#tables.isOver(row));
    const sessions = dead.flatMap(([node]) => this.#tables.peopleOf(node)).map((person) => person.id);
    for (const [node, { renewedMicros }] of untilMicros === null ? [] : dead) {
      for (const person of this.#tables.peopleOf(node)) {
        names.set(person.name.key, { node: id, person: departed(person, renewedMicros, untilMicros ?? 0) });
      }
    }
    for (const [node] of dead) this.#tables.removeNode(node);
    if (untilMicros !== null && dead.length > 0) nodes.set(id, { ...own, version: this.#tables.nextVersion() });
    return { nodes: dead.map(([node]) => node), sessions: untilMicros === null ? sessions : null };
  }

  #remove(id: number, isKept: boolean): void {
    const row = this.#tables.nodes.get(id);
    if (!row || !isKept || this.#tables.peopleOf(id).length === 0) return this.#tables.removeNode(id);
    const renewedMicros = this.#tables.clock.micros() - row.leaseMs * 1000 - 1_000_000;
    this.#tables.nodes.set(id, { ...row, renewedMicros });
  }
}

/** Whether a row of the same session becomes that of a node that claims it. */
function mayTake({ person, node }: NameRow, claim: PersonRow, former: readonly number[]): boolean {
  if (person.id !== claim.id) return false;
  if (former.includes(node)) return true;
  return isAway(person) && !isAway(claim) && (claim.away === null || isDeepStrictEqual(leftIn(person), leftIn(claim)));
}

function isAway({ away }: PersonRow): boolean {
  return away !== null && away.untilMicros !== null;
}

function leftIn({ away }: PersonRow): unknown {
  return { ...away, untilMicros: null };
}

/** Somebody as a sweep leaves them. */
function departed(person: PersonRow, seenMicros: number, untilMicros: number): PersonRow {
  if (isAway(person)) return person;
  const rooms = [...person.rooms].toSorted(([, one], [, other]) => one - other).map(([room]) => room);
  const place = person.place ?? { ...NOWHERE, rooms, current: rooms.at(-1) ?? null };
  const left = person.away ?? { ...place, hasRightsIn: null, standing: 3, seenMicros, needsCode: false };
  return { ...person, rooms: new Map(), place: null, away: { ...left, untilMicros } };
}

/** As it is at this moment, as rows are: who is in a room changes in place. */
function copyOf(row: PersonRow): PersonRow {
  return { ...row, rooms: new Map(row.rooms) };
}

function idsOf(people: readonly PersonRow[]): ReadonlySet<number> {
  return new Set(people.map(({ id }) => id));
}
