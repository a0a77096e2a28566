import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../../ports/store-error.ts";

/** Migration n leads to version n. A released one never changes. What older versions need goes a release later. */
const MIGRATIONS: readonly string[] = [
  `
  create table streams (
    id integer primary key autoincrement,
    rules integer not null default 1,
    closed integer not null default 0
  ) strict;

  -- kind below 10: a message, which has a seq of its own (chat/entry.ts). at: microseconds since 1970.
  create table entries (
    stream_id integer not null references streams,
    pos integer not null,
    seq integer not null,
    at integer not null,
    kind integer not null,
    author_id integer,
    author text not null,
    body text not null,
    primary key (stream_id, pos)
  ) strict, without rowid;

  create table rooms (
    id integer primary key references streams,
    key text not null,
    name text not null,
    private integer not null,
    topic text not null default '',
    destroyed integer not null default 0
  ) strict;
  create unique index rooms_key on rooms (key) where destroyed = 0;

  -- The last batch of the node that writes, so that a repeat of it gets the first outcome.
  create table appends (
    node_id integer primary key,
    batch integer not null,
    heads text not null
  ) strict;
  `,
  `
  -- Who may do what in a room (chat/rights.ts), as its last entry that moved the rules left it; null: nobody in particular.
  alter table streams add column rights text;

  -- Who may not come in at all: an address, a range of addresses, or a name. Times in microseconds since 1970.
  create table bans (
    subject text primary key,
    until integer,
    reason text not null,
    author text not null,
    at integer not null
  ) strict;
  `,
  `
  -- Of the whole server: what the operator says and does.
  insert into streams (id) values (0);
  `,
  `
  -- Who was here when this was written, or may come back until a time (null: was here). rooms, others: ids as JSON; others:
  -- where they have rights; null: not known. Times in microseconds since 1970.
  create table people (
    session integer primary key,
    key text not null,
    shown text not null,
    address text not null,
    since integer not null,
    rooms text not null,
    current integer,
    others text,
    seen integer not null,
    until integer
  ) strict;

  create table secret (value text not null) strict;
  insert into secret (value) values (lower(hex(randomblob(32))));
  `,
  `
  -- Who was here when this was written, or is away and may come back. codes: numbers of their codes of return, as JSON;
  -- place: where they were, as JSON; needs_code: whether nobody comes back by their address alone (all as in ports/absence.ts);
  -- rights: ids of rooms where they have rights, as JSON (null: not known); standing; seen: what was said later may not have arrived
  -- (null: was here); until: the end of the time to come back (null: it begins with the next start). Times in microseconds
  -- since 1970.
  create table people_2 (
    session integer primary key,
    key text not null,
    shown text not null,
    address text not null,
    since integer not null,
    codes text not null,
    place text not null,
    rights text,
    standing integer not null,
    seen integer,
    until integer,
    needs_code integer not null
  ) strict;
  insert into people_2
    select session, key, shown, address, since, '[0]',
        json_object('rooms', json(rooms), 'current', current, 'knownRooms', json('[]'), 'showsTime', json('false'),
          'lastWhisperer', null, 'ignored', json('[]')),
        others, 3, seen, until, 0
      from people;
  drop table people;
  alter table people_2 rename to people;
  `,
];

/** Version of the schema that this chatd writes. */
const VERSION = MIGRATIONS.length;

/** Brings the file to this chatd's schema. Throws a `StoreError` when a newer chatd made it. */
export function migrate(db: DatabaseSync, path: string): void {
  db.exec("create table if not exists chatd_schema (version integer not null, min_node integer not null) strict");
  const row = db.prepare("select version, min_node from chatd_schema").get();
  const version = Number(row?.["version"] ?? 0);
  const minNode = Number(row?.["min_node"] ?? 0);
  if (minNode > VERSION) {
    throw new StoreError(
      "broken",
      `open ${path}: it was written by a newer chatd (schema ${version}, this one knows ${VERSION}). Start that version.`,
    );
  }
  for (let next = version; next < VERSION; next++) {
    db.exec("begin immediate");
    db.exec(MIGRATIONS[next] ?? "");
    db.exec("delete from chatd_schema");
    db.prepare("insert into chatd_schema (version, min_node) values (?, ?)").run(next + 1, next + 1);
    db.exec("commit");
  }
}
