import type { StoredEntry, StoredRoom } from "../history.ts";
import type { RunDatabase } from "./run-database.ts";

/** Keeps a copy of each entry, which the chat does not know of. */
const AUDIT = `
  create schema faults;
  create table faults.entries (like public.entries);
  create function faults.keep() returns trigger language plpgsql security definer as $$
  begin
    insert into faults.entries select new.*;
    return null;
  end $$;
  create trigger faults_keep after insert on public.entries for each row execute function faults.keep()`;

/** From here on entries that are deleted are known at the end, too. */
export async function keepDeleted(database: RunDatabase): Promise<void> {
  await database.query(AUDIT);
}

export async function storedRooms(database: RunDatabase): Promise<StoredRoom[]> {
  const rows = await database.query(
    "select r.id, r.name, r.private, r.destroyed, (s.rights->>'owner')::bigint as owner from rooms r join streams s on s.id = r.id order by r.id",
  );
  return rows.map((row) => ({
    id: Number(row["id"]),
    name: String(row["name"]),
    isPrivate: row["private"] === true,
    isDestroyed: row["destroyed"] === true,
    owner: row["owner"] === null ? null : Number(row["owner"]),
  }));
}

/** All entries of rooms, in order. */
/** The rows of nodes and names, also such as belong to nothing. */
export async function storedPeople(database: RunDatabase): Promise<readonly unknown[]> {
  return await database.query("select * from nodes n full join names p on p.node_id = n.id order by n.id, p.key");
}

export async function storedEntries(database: RunDatabase): Promise<StoredEntry[]> {
  const [audit] = await database.query("select to_regclass('faults.entries') is not null as is_kept");
  const rows = await database.query(
    `select stream_id, pos, seq, extract(epoch from at) * 1000 as at_ms, kind, author_id, author, body
       from ${audit?.["is_kept"] === true ? "faults" : "public"}.entries where stream_id > 0 order by stream_id, pos`,
  );
  return rows.map((row) => ({
    stream: Number(row["stream_id"]),
    pos: Number(row["pos"]),
    seq: Number(row["seq"]),
    atMs: Number(row["at_ms"]),
    kind: Number(row["kind"]),
    authorId: row["author_id"] === null ? null : Number(row["author_id"]),
    author: String(row["author"]),
    body: String(row["body"]),
  }));
}
