import { append } from "./append.ts";
import type { Moment } from "./moment.ts";
import { PresenceStatements } from "./presence-statements.ts";
import { RoomStatements } from "./room-statements.ts";
import type { Tables } from "./tables.ts";

export interface Statement {
  /** Null: one that is not prepared. */
  readonly name: string | null;
  readonly text: string;
  readonly values: readonly unknown[];
}

type Row = Readonly<Record<string, unknown>>;
type Run = (tables: Tables, now: Moment, values: readonly unknown[]) => readonly Row[];

const presence =
  (run: (statements: PresenceStatements, values: readonly unknown[]) => readonly Row[]): Run =>
  (tables, now, values) =>
    run(new PresenceStatements(tables, now), values);
const rooms =
  (run: (statements: RoomStatements, values: readonly unknown[]) => readonly object[]): Run =>
  (tables, now, values) =>
    // Rows of entries are rows.
    run(new RoomStatements(tables, now), values) as readonly Row[];

/** Prepared statements, by their names. */
const PREPARED: Readonly<Record<string, Run>> = {
  append: (tables, now, values) => [append(tables, now, values)],
  "rooms by application": rooms((statements, values) => statements.rooms(["application"], values)),
  "rooms by ids": rooms((statements, values) => statements.rooms(["ids"], values)),
  "rooms by application by keys": rooms((statements, values) => statements.rooms(["application", "keys"], values)),
  history: rooms((statements, values) => statements.history(values)),
  from: rooms((statements, values) => statements.from(values)),
  heads: rooms((statements, values) => statements.heads(values)),
  renew: presence((statements, values) => statements.renew(values)),
  sweep: presence((statements, values) => statements.sweep(values)),
  presence: presence((statements, values) => statements.presence(values)),
  release: presence((statements, values) => statements.release(values)),
  people: presence((statements, values) => statements.people(values)),
};

/** The row of the application of all rooms. */
const MAIN: Row = {
  id: 0,
  key: "main",
  handle: "main",
  title: "main",
  token: null,
  active: true,
  open: true,
  chats: 0,
};

/** The others, by what their text contains. */
const OTHERS: readonly (readonly [RegExp, Run])[] = [
  [/chatd_create_room_\d/, rooms((statements, values) => statements.create(values))],
  [/from applications/, () => [MAIN]],
  [/from bans/, rooms((statements) => statements.bans())],
  [/insert into nodes/, presence((statements, values) => statements.register(values))],
  [/delete from nodes/, presence((statements, values) => statements.remove(values))],
  [
    /select session_id from names where session_id = any/,
    presence((statements, values) => statements.sessionsAmong(values)),
  ],
  // Batches of nodes that are gone are kept for an hour: no simulation lasts so long.
  [/delete from appends/, () => []],
];

/** Does what PostgreSQL does with a statement of this chatd. Throws for one that is not known here. */
export function execute(tables: Tables, now: Moment, { name, text, values }: Statement): readonly Row[] {
  const run = name === null ? OTHERS.find(([pattern]) => pattern.test(text))?.[1] : PREPARED[name];
  if (!run) throw new Error(`the simulation does not know the statement ${name ?? text}`);
  return run(tables, now, values);
}
