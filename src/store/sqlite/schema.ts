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
  `
  -- Number of the stream's messages that are not there any more: removed, or too old to keep.
  alter table streams add column gone integer not null default 0;
  -- Of an entry that changes a message: the seq of that one. Of a message: the position of its last change.
  alter table entries add column ref integer;
  alter table entries add column changed integer;
  create index entries_ref on entries (stream_id, ref) where ref is not null;

  -- How many of each 1, 64, 64² … numbers are not there any more (store/sqlite/gaps.ts). row_id: a stream, whose messages are numbered, or an application,
  -- whose rooms are.
  create table gaps (
    row_id integer not null,
    size integer not null,
    block integer not null,
    count integer not null,
    primary key (row_id, size, block)
  ) strict, without rowid;

  -- Where drafts went that may come again, by the day (since 1970) on which they were stored. print: of what they said.
  create table nonces (
    day integer not null,
    stream_id integer not null,
    nonce blob not null,
    print integer not null,
    pos integer not null,
    seq integer not null,
    at integer not null,
    primary key (day, stream_id, nonce)
  ) strict, without rowid;

  -- The drafts of the batch that took no place; null: all did.
  alter table appends add column passed text;
  `,
  `
  -- A namespace of rooms. 0: main, which everybody is in. chats: number of its public rooms. token: a UUID that opens it.
  create table applications (
    id integer primary key references streams,
    key text not null,
    handle text not null,
    title text not null,
    token text,
    active integer not null default 1,
    open integer not null default 0,
    last_number integer not null default 0,
    chats integer not null default 0,
    ended integer not null default 0
  ) strict;
  create unique index applications_key on applications (key) where ended = 0;

  alter table rooms add column application_id integer not null default 0;
  -- 1, 2, 3 … in the application, never given twice.
  alter table rooms add column number integer not null default 0;
  update rooms set number = n.number
    from (select id, row_number() over (order by id) as number from rooms) n where n.id = rooms.id;
  drop index rooms_key;
  create unique index rooms_key on rooms (application_id, key) where destroyed = 0;
  create unique index rooms_number on rooms (application_id, number);

  insert into applications (id, key, handle, title, open, last_number, chats)
    select 0, 'main', 'main', 'main', 1, (select count(*) from rooms),
           (select count(*) from rooms where destroyed = 0 and private = 0);
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
