import type { NameKey } from "../../domain/names.ts";
import { type CodeNumbers, NOWHERE, type Place } from "../../ports/absence.ts";
import type { DatabaseConnection, Row } from "../../postgres/connection.ts";
import type { NodeIdentity } from "../../postgres/node-identity.ts";
import type {
  Change,
  Left,
  NodePeople,
  PeopleTable,
  PersonRow,
  Refused,
  Released,
  Written,
} from "../cluster/people-table.ts";

/** The people of a cluster in PostgreSQL. Every write has a number, so that an attempt that runs late has no effect. */
export class PostgresPeopleTable implements PeopleTable {
  readonly #connection: Pick<DatabaseConnection, "query">;
  readonly #identity: NodeIdentity;
  #attempts = 0;

  constructor(connection: Pick<DatabaseConnection, "query">, identity: NodeIdentity) {
    this.#connection = connection;
    this.#identity = identity;
  }

  async release(sessions: readonly number[]): Promise<Released> {
    const [row, change] = await this.#write("release names", "release", RELEASE, [sessions]);
    return { ...change, elsewhere: new Set(column(row, "elsewhere")) };
  }

  async put(claimed: readonly PersonRow[], moved: readonly PersonRow[]): Promise<Written> {
    const [row, change] = await this.#write("claim names", "presence", PRESENCE, [
      claimed.map(({ name }) => name.key),
      claimed.map(({ name }) => name.shown),
      claimed.map(({ id }) => id),
      claimed.map(({ address }) => address),
      claimed.map(({ sinceMicros }) => sinceMicros),
      claimed.map(({ rooms }) => roomsJson(rooms)),
      moved.map(({ id }) => id),
      moved.map(({ rooms }) => roomsJson(rooms)),
      claimed.map(({ away }) => awayJson(away)),
      moved.map(({ away }) => awayJson(away)),
      claimed.map(({ place }) => place && JSON.stringify(place)),
      moved.map(({ place }) => place && JSON.stringify(place)),
      this.#identity.former,
      claimed.map(({ codes }) => JSON.stringify(codes)),
    ]);
    const refused = (row["refused"] ?? []) as readonly Row[];
    return {
      ...change,
      held: new Set(column(row, "held")),
      refused: new Map(refused.map((one) => [Number(one["session"]), toRefused(one)])),
      moved: new Set(column(row, "moved")),
    };
  }

  async ownPeople(): Promise<NodePeople> {
    const { signature } = this.#identity;
    const rows = await this.#connection.query("people", PEOPLE, [[signature.id]]);
    if (rows.length === 0) throw this.#identity.refusal("compare names", "fenced", signature);
    return toNodePeople(rows);
  }

  async peopleOf(nodes: readonly number[]): Promise<ReadonlyMap<number, NodePeople>> {
    const rows = await this.#connection.query("people", PEOPLE, [nodes]);
    const byNode = Map.groupBy(rows, (row) => Number(row["id"]));
    return new Map([...byNode].map(([node, own]) => [node, toNodePeople(own)]));
  }

  async present(sessions: readonly number[]): Promise<ReadonlySet<number>> {
    const rows = await this.#connection.query(null, PRESENT, [sessions]);
    return new Set(rows.map((row) => Number(row["session_id"])));
  }

  async #write(what: string, name: string, text: string, values: readonly unknown[]): Promise<[Row, Change]> {
    const { signature } = this.#identity;
    const { id, version: known } = signature;
    const [row = {}] = await this.#connection.query(name, text, [id, (this.#attempts += 1), known, ...values]);
    if (row["state"] !== "done") throw this.#identity.refusal(what, String(row["state"]), signature);
    const [version, previous] = [Number(row["roster"]), Number(row["before"])];
    this.#identity.told(signature, version);
    return [row, { node: id, version, previous }];
  }
}

const RELEASE = "select * from chatd_release_3($1, $2, $3, $4)";
const PRESENCE =
  "select * from chatd_presence_4($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
const PEOPLE = `
  select n.id, n.roster, p.key, p.shown, p.session_id, p.address, p.since, p.rooms, p.place, p.away, p.codes
    from nodes n left join names p on p.node_id = n.id where n.id = any ($1::bigint[])`;
const PRESENT = "select session_id from names where session_id = any ($1)";

/** @param rows all rows of one node: at least one */
function toNodePeople(rows: readonly Row[]): NodePeople {
  const people = rows.filter((row) => row["session_id"] !== null).map(toPersonRow);
  return { version: Number(rows[0]?.["roster"]), people };
}

function toPersonRow(row: Row): PersonRow {
  const rooms = Object.entries(row["rooms"] as Readonly<Record<string, number>>);
  return {
    id: Number(row["session_id"]),
    // Keys were made by `parseUserName` before they were stored.
    name: { key: String(row["key"]) as NameKey, shown: String(row["shown"]) },
    address: String(row["address"]),
    sinceMicros: Number(row["since"]),
    rooms: new Map(rooms.map(([room, sinceMicros]) => [Number(room), sinceMicros])),
    // Made by `put`.
    codes: row["codes"] as CodeNumbers,
    place: toPlace(row["place"] as Partial<Place> | null),
    away: toLeft(row["away"] as AwayJson | null),
  };
}

function toRefused(row: Row): Refused {
  return { renewedMicros: Number(row["renewed"]), holder: toPersonRow(row["holder"] as Row) };
}

/** @param json made by `put`; nodes of versions before write less */
function toPlace(json: Partial<Place> | null): Place | null {
  return json && { ...NOWHERE, ...json };
}

/** What the column `away` has: made by `awayJson` (by nodes of versions before with less), or by the database's functions. */
interface AwayJson extends Partial<Place> {
  readonly rights: readonly number[] | null;
  readonly standing: number;
  readonly seen: number;
  readonly until: number | null;
  readonly code: boolean;
}

function toLeft(json: AwayJson | null): Left | null {
  if (!json) return null;
  const { rights: hasRightsIn, seen: seenMicros, until: untilMicros, code: needsCode, ...place } = json;
  return { ...NOWHERE, ...place, hasRightsIn, seenMicros, untilMicros, needsCode };
}

function awayJson(left: Left | null): string | null {
  if (!left) return null;
  const { hasRightsIn: rights, seenMicros: seen, untilMicros: until, needsCode: code, ...place } = left;
  const json: AwayJson = { ...place, rights, seen, until, code };
  return JSON.stringify(json);
}

function column(row: Row, name: string): readonly number[] {
  return (row[name] ?? []) as readonly number[];
}

function roomsJson(rooms: ReadonlyMap<number, number>): string {
  return JSON.stringify(Object.fromEntries(rooms));
}
