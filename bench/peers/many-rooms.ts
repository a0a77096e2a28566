import { DatabaseSync } from "node:sqlite";
import { SqliteEngine } from "../../src/store/sqlite/engine.ts";
import { kinds } from "../../src/domain/entry.ts";
import { NO_RIGHTS } from "../../src/domain/rights.ts";

/** Writes a database that holds so many public rooms in which nobody is, as chatd would have: one by one takes minutes. */
export function writeRooms(path: string, count: number): void {
  new SqliteEngine({ path, readOnly: false, node: 1, maxPages: null }).close();
  const db = new DatabaseSync(path);
  const numbers = "with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ?1)";
  db.exec("begin");
  db.prepare(`${numbers} insert into streams (id, rules, rights) select n, 1, ?2 from numbers`).run(
    count,
    JSON.stringify(NO_RIGHTS),
  );
  db.prepare(
    `${numbers} insert into rooms (id, key, name, private) select n, 'full-' || n, 'full-' || n, 0 from numbers`,
  ).run(count);
  db.prepare(
    `${numbers} insert into entries (stream_id, pos, seq, at, kind, author, body) select n, 1, 0, ?2, ?3, 'one', '' from numbers`,
  ).run(count, Date.now() * 1000, kinds.created);
  db.exec("commit");
  db.close();
}
