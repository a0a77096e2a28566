import { isDeepStrictEqual } from "node:util";
import type { Moment } from "./moment.ts";
import type { AwayJson, NameRow, NodeRow, Tables } from "./tables.ts";

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
  sweep([id, until]: Values): Row[] {
    const { nodes, names } = this.#tables;
    const me = nodes.get(Number(id));
    const none = [{ dead: [], ended: null }];
    if (!me || me.upSince / 1000 + me.leaseMs >= this.#nowMs || this.#wasAway(me)) return none;
    const dead = [...nodes.values()].filter((node) => this.#isOver(node));
    if (dead.length === 0) return none;
    const ids = dead.map((node) => node.id);
    const people = [...names.values()].filter(({ node }) => ids.includes(node));
    if (until !== null) {
      me.roster = this.#now.after(Math.max(me.roster, ...dead.map(({ roster }) => roster)));
      for (const row of people) {
        const seen = (nodes.get(row.node)?.renewedAtMs ?? 0) * 1000;
        names.set(row.key, { ...row, node: me.id, rooms: {}, away: leftBehind(row, seen, Number(until)) });
      }
    }
    for (const node of ids) this.unregister([node]);
    return [{ dead: ids, ended: until === null ? people.map(({ session }) => session) : null }];
  }

  /** A node leaves, and, if that is wished, its people where they are. */
  remove([id, isKept]: Values): Row[] {
    const node = this.#tables.nodes.get(Number(id));
    if (node && isKept === true && this.#namesOf(node.id).length > 0)
      node.renewedAtMs = this.#nowMs - node.leaseMs - 1000;
    else this.unregister([id]);
    return [];
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
    const before = node.roster;
    // In the order of the function's parameters.
    const [keys, shown, sessions, addresses, sinces, rooms, moved, movedRooms, away, movedAway, former] = values as [
      string[],
      string[],
      number[],
      string[],
      number[],
      string[],
      number[],
      string[],
      (string | null)[],
      (string | null)[],
      number[],
    ];
    const { names, nodes } = this.#tables;
    const written: number[] = [];
    for (const [i, session] of moved.entries()) {
      const row = this.#namesOf(node.id).find((one) => one.session === session);
      if (!row) continue;
      names.set(row.key, { ...row, rooms: toRooms(movedRooms[i]), away: toAway(movedAway[i]) });
      written.push(session);
    }
    const held: number[] = [];
    const refused: Row[] = [];
    for (const [i, key] of keys.entries()) {
      const session = sessions[i] ?? 0;
      const there = names.get(key);
      const claim = {
        key,
        shown: shown[i] ?? "",
        session,
        node: node.id,
        address: addresses[i] ?? "",
        since: there?.session === session ? there.since : (sinces[i] ?? 0),
        rooms: toRooms(rooms[i]),
        away: toAway(away[i]),
      };
      if (there?.session === session) node.roster = Math.max(node.roster, nodes.get(there.node)?.roster ?? 0);
      if (!there || mayTake(there, claim, former)) names.set(key, claim);
      else if (there.session !== session || there.node !== node.id || (isAway(there) && !isAway(claim))) {
        const renewed = (nodes.get(there.node)?.renewedAtMs ?? 0) * 1000;
        refused.push({ session, renewed, holder: { ...there, session_id: there.session } });
        continue;
      }
      held.push(session);
    }
    return [{ state: "done", ...this.#nextRoster(node), before, held, refused, moved: written }];
  }

  release([id, nr, version, sessions]: Values): Row[] {
    const node = this.#mayWrite(id, nr, version);
    if (typeof node === "string") return [{ state: node }];
    const gone = sessions as readonly number[];
    for (const { key, session } of this.#namesOf(node.id)) if (gone.includes(session)) this.#tables.names.delete(key);
    const elsewhere = this.sessionsAmong([gone]).map((row) => row["session_id"]);
    return [{ state: "done", ...this.#nextRoster(node), elsewhere }];
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

function toAway(json: string | null | undefined): AwayJson | null {
  // What `awayJson` there made.
  return json === null || json === undefined ? null : (JSON.parse(json) as AwayJson);
}

function isAway({ away }: NameRow): boolean {
  return away !== null && away.until !== null;
}

/** Whether a row of the same session becomes that of a node that claims it. */
function mayTake(row: NameRow, claim: NameRow, former: readonly number[]): boolean {
  if (row.session !== claim.session) return false;
  if (former.includes(row.node)) return true;
  const isSame = claim.away === null || isDeepStrictEqual({ ...row.away, until: null }, { ...claim.away, until: null });
  return isAway(row) && !isAway(claim) && isSame;
}

/** What a sweep keeps of somebody. */
function leftBehind({ rooms, away }: NameRow, seen: number, until: number): AwayJson {
  const wasIn = Object.entries(rooms)
    .toSorted(([, one], [, other]) => one - other)
    .map(([room]) => Number(room));
  const left = away ?? { rooms: wasIn, current: wasIn.at(-1) ?? null, others: null, seen, until: null };
  return { ...left, until: left.until ?? until };
}
