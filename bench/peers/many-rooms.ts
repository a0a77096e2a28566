import { DatabaseSync } from "node:sqlite";
import { SqliteEngine } from "../../src/store/sqlite/engine.ts";
import { kinds } from "../../src/domain/entry.ts";
import { NO_RIGHTS } from "../../src/domain/rights.ts";
import type { Place } from "./peer.ts";

/**
 * Writes a database that holds so many public rooms in which nobody is, `full-1` and on, and so many messages in the first
 * one, as chatd would have: one by one takes minutes.
 */
export function writeRooms(path: string, { rooms, messages }: Pick<Place, "rooms" | "messages">): void {
  new SqliteEngine({ path, readOnly: false, node: 1, maxPages: null }).close();
  const db = new DatabaseSync(path);
  const numbers = "with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ?1)";
  db.exec("begin");
  db.prepare(`${numbers} insert into streams (id, rules, rights) select n, 1, ?2 from numbers`).run(
    rooms,
    JSON.stringify(NO_RIGHTS),
  );
  db.prepare(
    `${numbers} insert into rooms (id, key, name, private, number) select n, 'full-' || n, 'full-' || n, 0, n from numbers`,
  ).run(rooms);
  db.prepare(
    `${numbers} insert into entries (stream_id, pos, seq, at, kind, author, body) select n, 1, 0, ?2, ?3, 'one', '' from numbers`,
  ).run(rooms, Date.now() * 1000, kinds.created);
  const talk = db.prepare(
    `${numbers} insert into entries (stream_id, pos, seq, at, kind, author, body)
       select 1, n + 1, n, ?2, ?3, 'one', 'This is message number ' || n || ' of this room.' from numbers`,
  );
  if (messages > 0) talk.run(messages, Date.now() * 1000, kinds.said);
  db.exec("commit");
  db.close();
}
