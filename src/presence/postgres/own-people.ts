import { byName } from "../../chat/listings.ts";
import type { News } from "../../chat/news.ts";
import type { Clock, Newcomer } from "../../chat/ports.ts";
import { StoreError } from "../../chat/errors.ts";
import type { Connection, Row } from "../../postgres/connection.ts";
import type { NodeIdentity } from "../../postgres/identity.ts";
import { SortedTree } from "../../sorted-tree.ts";

/** Somebody of this node. */
export interface Own extends Newcomer {
  /** The rooms they are in, by id, and since when, in microseconds since 1970. */
  readonly rooms: Map<number, number>;
}

interface Claim {
  readonly own: Own;
  readonly settle: (isHeld: boolean) => void;
  /** Whether they hold the name is not known. */
  readonly fail: (error: unknown) => void;
}

export interface OwnPeopleHooks {
  tell(news: News): void;
  /** Somebody else has the name of this session. */
  lostName(session: number): void;
  failed(error: unknown): void;
}

/** So many people of a node are told of in one piece of news: about as much as the bus takes. */
const TOLD_AT_ONCE = 40;
const IDS_TOLD_AT_ONCE = 160;
const RETRY_MS = 500;
const RECONCILE_MS = 60_000;

/**
 * The rows of this node's people: names that they hold, and the rooms that they are in. Everything that happens while
 * one batch is written is the next one: the number of queries grows with time, and not with people.
 */
export class OwnPeople {
  readonly #connection: Pick<Connection, "query">;
  readonly #clock: Clock;
  readonly #node: NodeIdentity;
  readonly #hooks: OwnPeopleHooks;
  readonly #people = new Map<number, Own>();
  readonly #byName = new SortedTree<Own>(byName);
  #claims: Claim[] = [];
  readonly #released = new Set<number>();
  readonly #moved = new Set<number>();
  #isWriting = false;
  #isStopped = false;

  constructor(connection: Pick<Connection, "query">, clock: Clock, node: NodeIdentity, hooks: OwnPeopleHooks) {
    this.#connection = connection;
    this.#clock = clock;
    this.#node = node;
    this.#hooks = hooks;
  }

  get size(): number {
    return this.#people.size;
  }

  /** The first ones in the order of their names, `limit` or all. */
  firstByName(limit: number): readonly Own[] {
    return this.#byName.first(limit);
  }

  get(session: number): Own | undefined {
    return this.#people.get(session);
  }

  start(): void {
    this.#reconcileLater();
  }

  /** What is not written yet goes with the node's lease. */
  stop(): void {
    this.#isStopped = true;
  }

  claim(newcomer: Newcomer): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const own = { ...newcomer, rooms: new Map<number, number>() };
    const settle = (isHeld: boolean): void => {
      if (isHeld) {
        this.#people.set(own.id, own);
        this.#byName.add(own);
      }
      resolve(isHeld);
    };
    const fail = (error: unknown): void => {
      // Whether it took effect is not known: what it may have taken is given back.
      this.#released.add(own.id);
      reject(error);
    };
    this.#claims.push({ own, settle, fail });
    this.#writeSoon();
    return promise;
  }

  release(session: number): void {
    if (!this.#forget(session)) return;
    this.#moved.delete(session);
    this.#claims = this.#claims.filter(({ own }) => own.id !== session);
    this.#released.add(session);
    this.#writeSoon();
  }

  joined(session: number, room: number): void {
    this.#people.get(session)?.rooms.set(room, this.#clock.micros());
    this.#move(session);
  }

  left(session: number, room: number): void {
    this.#people.get(session)?.rooms.delete(room);
    this.#move(session);
  }

  /** The node bears another id now, under which the database knows nothing of it. */
  claimAgain(): void {
    this.#released.clear();
    this.#moved.clear();
    for (const own of this.#people.values()) this.#claimBack(own);
    this.#writeSoon();
  }

  /** Compares the rows of this node with its people. */
  async reconcile(): Promise<void> {
    try {
      const { id } = this.#node;
      const rows = await this.#connection.query(null, "select session_id from names where node_id = $1", [id]);
      // What is being written now is in order soon.
      if (id !== this.#node.id || this.#isWriting) return;
      const there = new Set(rows.map((row) => Number(row["session_id"])));
      for (const session of there) if (!this.#people.has(session)) this.#released.add(session);
      for (const own of this.#people.values()) if (!there.has(own.id)) this.#claimBack(own);
      this.#writeSoon();
    } catch (error) {
      this.#hooks.failed(error);
    }
  }

  #reconcileLater(): void {
    this.#clock.after(RECONCILE_MS, () => {
      if (!this.#isStopped) void this.reconcile().then(() => this.#reconcileLater());
    });
  }

  /** For somebody who is here already. Who left meanwhile is among the released. */
  #claimBack(own: Own): void {
    const settle = (isHeld: boolean): void => {
      if (isHeld || !this.#forget(own.id)) return;
      this.#hooks.lostName(own.id);
    };
    this.#claims.push({ own, settle, fail: () => this.#people.has(own.id) && this.#claimBack(own) });
  }

  /** Returns whether they were there. */
  #forget(session: number): boolean {
    const own = this.#people.get(session);
    if (own) this.#byName.delete(own);
    return this.#people.delete(session);
  }

  #move(session: number): void {
    if (!this.#people.has(session)) return;
    this.#moved.add(session);
    this.#writeSoon();
  }

  #writeSoon(): void {
    if (this.#isWriting || this.#isStopped || !this.#hasChanges()) return;
    this.#isWriting = true;
    this.#clock.soon(() => void this.#write());
  }

  async #write(): Promise<void> {
    while (this.#hasChanges() && !this.#isStopped) {
      try {
        await this.#writeReleased();
        await this.#writeChanged();
      } catch (error) {
        this.#hooks.failed(error);
        await new Promise<void>((resolve) => this.#clock.after(RETRY_MS, resolve));
      }
    }
    this.#isWriting = false;
  }

  #hasChanges(): boolean {
    return this.#claims.length > 0 || this.#released.size > 0 || this.#moved.size > 0;
  }

  async #writeReleased(): Promise<void> {
    const gone = [...this.#released];
    if (gone.length === 0) return;
    const { id } = this.#node;
    const [row] = await this.#connection.query("release", "select * from chatd_release_1($1, $2)", [id, gone]);
    for (const session of gone) this.#released.delete(session);
    if (row) this.#tell(id, row, [], gone);
  }

  async #writeChanged(): Promise<void> {
    const claims = this.#claims;
    const moved = [...this.#moved].map((id) => this.#people.get(id)).filter((own) => own !== undefined);
    this.#moved.clear();
    if (claims.length === 0 && moved.length === 0) return;
    this.#claims = [];
    const { id } = this.#node;
    const row = await this.#ask(id, claims, moved);
    if (typeof row["roster"] !== "number") {
      this.#claims = [...claims, ...this.#claims];
      this.#node.isFenced(id);
      throw new StoreError("unavailable", "claim names: this node was taken for dead, and comes back as another");
    }
    const held = new Set((row["held"] ?? []) as readonly number[]);
    const here = new Set([...claims.filter(({ own }) => held.has(own.id)).map(({ own }) => own), ...moved]);
    this.#tell(id, row, [...here], []);
    for (const { own, settle } of claims) settle(held.has(own.id));
  }

  async #ask(node: number, claims: readonly Claim[], moved: readonly Own[]): Promise<Row> {
    try {
      const [row = {}] = await this.#connection.query("presence", PRESENCE, toColumns(node, claims, moved));
      return row;
    } catch (error) {
      for (const { id } of moved) this.#moved.add(id);
      for (const { fail } of claims) fail(error);
      throw error;
    }
  }

  /** Tells the other nodes, in as many parts as it takes. */
  #tell(node: number, { before: after, roster: version }: Row, here: readonly Own[], gone: readonly number[]): void {
    if (typeof version !== "number" || typeof after !== "number") return;
    const parts = Math.max(1, Math.ceil(here.length / TOLD_AT_ONCE), Math.ceil(gone.length / IDS_TOLD_AT_ONCE));
    for (let part = 0; part < parts; part++) {
      this.#hooks.tell({
        type: "people",
        node,
        version,
        after,
        part,
        parts,
        here: here.slice(part * TOLD_AT_ONCE, (part + 1) * TOLD_AT_ONCE),
        gone: gone.slice(part * IDS_TOLD_AT_ONCE, (part + 1) * IDS_TOLD_AT_ONCE),
      });
    }
  }
}

const PRESENCE = "select * from chatd_presence_1($1, $2, $3, $4, $5, $6, $7, $8, $9)";

function toColumns(node: number, claims: readonly Claim[], moved: readonly Own[]): unknown[] {
  const claimed = claims.map(({ own }) => own);
  return [
    node,
    claimed.map(({ name }) => name.key),
    claimed.map(({ name }) => name.shown),
    claimed.map(({ id }) => id),
    claimed.map(({ address }) => address),
    claimed.map(({ since }) => since),
    claimed.map(({ rooms }) => roomsJson(rooms)),
    moved.map(({ id }) => id),
    moved.map(({ rooms }) => roomsJson(rooms)),
  ];
}

function roomsJson(rooms: ReadonlyMap<number, number>): string {
  return JSON.stringify(Object.fromEntries(rooms));
}
