import type { Moment } from "./moment.ts";
import type { NameRow, NodeRow, Tables } from "./tables.ts";

type Values = readonly unknown[];
type Row = Readonly<Record<string, unknown>>;

/** What the statements of src/presence/postgres do. */
export class PresenceStatements {
  readonly #tables: Tables;
  readonly #now: Moment;

  constructor(tables: Tables, now: Moment) {
    this.#tables = tables;
    this.#now = now;
  }

  register(values: Values): Row[] {
    const [id, , , leaseMs, former] = values as [number, string, string, number, number[]];
    for (const earlier of former) this.unregister([earlier]);
    const row = { id, leaseMs, renewedAtMs: this.#nowMs, upSince: this.#now.micros, roster: 0 };
    this.#tables.nodes.set(id, row);
    return [{ up_since: row.upSince }];
  }

  renew([id]: Values): Row[] {
    const { nodes, appends } = this.#tables;
    const mine = nodes.get(Number(id));
    if (mine) {
      if (this.#wasAway(mine)) mine.upSince = this.#now.micros;
      mine.renewedAtMs = this.#nowMs;
    }
    const own = [...appends.values()].filter(({ node }) => node === id);
    const last = Math.max(...own.map(({ batch }) => batch));
    for (const [key, { node, batch }] of appends) if (node === id && batch < last - 1) appends.delete(key);
    const others = [...nodes.values()].filter((node) => node !== mine);
    return [
      ...(mine ? [{ id: mine.id, roster: mine.roster, up_since: mine.upSince }] : []),
      ...others.map((node) => ({ id: node.id, roster: node.roster, up_since: null })),
    ];
  }

  /** Only who has renewed for a whole lease may judge. */
  sweep([id]: Values): Row[] {
    const { nodes } = this.#tables;
    const me = nodes.get(Number(id));
    if (!me || me.upSince / 1000 + me.leaseMs >= this.#nowMs || this.#wasAway(me))
      return [{ nodes: null, sessions: null }];
    const dead = new Set([...nodes.values()].filter((node) => this.#isOver(node)).map((node) => node.id));
    if (dead.size === 0) return [{ nodes: null, sessions: null }];
    const people = [...this.#tables.names.values()].filter(({ node }) => dead.has(node));
    for (const node of dead) this.unregister([node]);
    return [{ nodes: [...dead], sessions: people.length > 0 ? people.map(({ session }) => session) : null }];
  }

  unregister([id]: Values): Row[] {
    this.#tables.nodes.delete(Number(id));
    this.#tables.attempts.delete(Number(id));
    for (const { key, node } of this.#tables.names.values()) if (node === id) this.#tables.names.delete(key);
    return [];
  }

  /** Takes names, and tells in which rooms people are. */
  presence([id, nr, version, ...values]: Values): Row[] {
    const node = this.#mayWrite(id, nr, version);
    if (typeof node === "string") return [{ state: node }];
    // In the order of the function's parameters.
    const [keys, shown, sessions, addresses, sinces, rooms, moved, movedRooms] = values as [
      string[],
      string[],
      number[],
      string[],
      number[],
      string[],
      number[],
      string[],
    ];
    const { names } = this.#tables;
    for (const [i, key] of keys.entries()) {
      const there = names.get(key);
      if (there && (there.session !== sessions[i] || there.node === node.id)) continue;
      names.set(key, {
        key,
        shown: shown[i] ?? "",
        session: sessions[i] ?? 0,
        node: node.id,
        address: addresses[i] ?? "",
        since: sinces[i] ?? 0,
        rooms: toRooms(rooms[i]),
      });
    }
    for (const [i, session] of moved.entries()) {
      const row = this.#namesOf(node.id).find((one) => one.session === session);
      if (row) names.set(row.key, { ...row, rooms: toRooms(movedRooms[i]) });
    }
    const held = keys.flatMap((key) => names.get(key)?.session ?? []).filter((session) => sessions.includes(session));
    const refused = sessions.filter((session) => !held.includes(session));
    return [
      { state: "done", ...this.#nextRoster(node), held, refused, renewed: this.#renewedBy(refused, sessions, keys) },
    ];
  }

  /** When the nodes of those renewed their leases that hold the names of sessions which were refused, in microseconds. */
  #renewedBy(refused: readonly number[], sessions: readonly number[], keys: readonly string[]): number[] {
    return refused.map((session) => {
      const holder = this.#tables.names.get(keys[sessions.indexOf(session)] ?? "");
      return (this.#tables.nodes.get(holder?.node ?? 0)?.renewedAtMs ?? 0) * 1000;
    });
  }

  release([id, nr, version, sessions]: Values): Row[] {
    const node = this.#mayWrite(id, nr, version);
    if (typeof node === "string") return [{ state: node }];
    const gone = sessions as readonly number[];
    for (const { key, session } of this.#namesOf(node.id)) if (gone.includes(session)) this.#tables.names.delete(key);
    return [{ state: "done", ...this.#nextRoster(node) }];
  }

  people([ids]: Values): Row[] {
    return (ids as readonly number[]).flatMap((id): Row[] => {
      const node = this.#tables.nodes.get(id);
      if (!node) return [];
      const people = this.#namesOf(id);
      if (people.length === 0) return [{ id, roster: node.roster, session_id: null }];
      return people.map((row) => ({ id, roster: node.roster, ...row, session_id: row.session }));
    });
  }

  sessionsOf([id]: Values): Row[] {
    const node = this.#tables.nodes.get(Number(id));
    if (!node) return [];
    const { roster } = node;
    const people = this.#namesOf(node.id).map(({ session }) => ({ roster, session_id: session }));
    return people.length > 0 ? people : [{ roster, session_id: null }];
  }

  sessionsAmong([ids]: Values): Row[] {
    const wanted = new Set(ids as readonly number[]);
    return [...this.#tables.names.values()]
      .filter(({ session }) => wanted.has(session))
      .map(({ session }) => ({ session_id: session }));
  }

  get #nowMs(): number {
    return this.#now.micros / 1000;
  }

  #isOver({ renewedAtMs, leaseMs }: NodeRow): boolean {
    return Math.abs(this.#nowMs - renewedAtMs) > leaseMs;
  }

  #wasAway(node: NodeRow): boolean {
    return this.#isOver(node) || node.renewedAtMs > this.#nowMs;
  }

  /** The node whose people may be written by this attempt, or why they may not. */
  #mayWrite(id: unknown, nr: unknown, version: unknown): NodeRow | "fenced" | "late" | "past" {
    const node = this.#tables.nodes.get(Number(id));
    if (node && node.roster < Number(version)) return "past";
    return this.#tables.attempt(Number(id), "people", Number(nr)) ?? node ?? "fenced";
  }

  #namesOf(id: number): NameRow[] {
    return [...this.#tables.names.values()].filter(({ node }) => node === id);
  }

  #nextRoster(node: NodeRow): Row {
    const before = node.roster;
    node.roster = this.#now.after(before);
    return { before, roster: node.roster };
  }
}

function toRooms(json: string | undefined): Readonly<Record<string, number>> {
  // What `roomsJson` of src/presence/postgres/people-table.ts made.
  return JSON.parse(json ?? "{}") as Record<string, number>;
}
