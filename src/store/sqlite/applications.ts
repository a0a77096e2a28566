import { MAIN_APPLICATION } from "../../domain/application.ts";
import type { NameKey } from "../../domain/names.ts";
import type {
  ApplicationChange,
  ApplicationRecord,
  ChatPage,
  ChatRecord,
  NewApplication,
} from "../../ports/application-store.ts";
import type { Database } from "./database.ts";
import { addGap, nthNumber } from "./gaps.ts";

/** As `ApplicationStore` has them, each in a transaction of the caller's. */

export function readApplications(db: Database): ApplicationRecord[] {
  return db.sql("select * from applications where ended = 0 order by id").all().map(toApplication);
}

export function insertApplication(db: Database, { handle, title, token }: NewApplication): ApplicationRecord | null {
  if (isTaken(db, handle.key, null)) return null;
  const { lastInsertRowid } = db.sql("insert into streams (rules) values (1)").run();
  const id = Number(lastInsertRowid);
  db.sql(INSERT).run(id, handle.key, handle.shown, title, token);
  return readApplication(db, id);
}

export function updateApplication(db: Database, id: number, change: ApplicationChange): ApplicationRecord | null {
  const known = readApplication(db, id);
  if (!known || (change.handle && isTaken(db, change.handle.key, id))) return null;
  const { handle, title, token, isActive, isOpen } = { ...known, ...change };
  db.sql(UPDATE).run(handle.key, handle.shown, title, token, isActive ? 1 : 0, isOpen ? 1 : 0, id);
  return readApplication(db, id);
}

export function markEnded(db: Database, id: number): boolean {
  if (id === MAIN_APPLICATION) return false;
  return db.sql("update applications set ended = 1, token = null where id = ? and ended = 0").run(id).changes === 1;
}

/** Deletes what belongs to an application that has ended: its rooms one after the other, and then itself. */
export function sweepEnded(db: Database, limit: number): boolean {
  let left = limit;
  while (left > 0) {
    const application = db.sql("select id from applications where ended = 1 limit 1").get()?.["id"];
    if (application === undefined) return false;
    const room = db.sql("select id from rooms where application_id = ? limit 1").get(application)?.["id"];
    left -= 1;
    if (room === undefined) {
      deleteStream(db, Number(application));
      continue;
    }
    db.sql("update streams set closed = 1 where id = ?").run(room);
    left -= Number(db.sql(DELETE_SOME).run(room, left).changes);
    if (left > 0) deleteStream(db, Number(room));
  }
  return true;
}

export function readChats(db: Database, application: number, n: number, limit: number): ChatPage {
  const known = readApplication(db, application);
  if (!known) return { chats: [], count: 0 };
  const first = nthNumber(db, application, n);
  return { chats: db.sql(CHATS).all(application, first, limit).map(toChat), count: known.chats };
}

/** Returns the next number of a room; null: the application has ended. */
export function nextNumber(db: Database, application: number): number | null {
  const row = db.sql("select last_number from applications where id = ? and ended = 0").get(application);
  return row ? Number(row["last_number"]) + 1 : null;
}

/** Counts a room that was made under a number. A private one is nobody's but its people's: programs see a gap. */
export function countRoom(db: Database, application: number, number: number, isPrivate: boolean): void {
  db.sql("update applications set last_number = ?, chats = chats + ? where id = ?").run(
    number,
    isPrivate ? 0 : 1,
    application,
  );
  if (isPrivate) addGap(db, application, number);
}

/** A room has ended. */
export function countEndedRoom(db: Database, room: number): void {
  const row = db.sql("select application_id, number from rooms where id = ? and private = 0").get(room);
  if (!row) return;
  const application = Number(row["application_id"]);
  db.sql("update applications set chats = chats - 1 where id = ?").run(application);
  addGap(db, application, Number(row["number"]));
}

function readApplication(db: Database, id: number): ApplicationRecord | null {
  const row = db.sql("select * from applications where id = ? and ended = 0").get(id);
  return row ? toApplication(row) : null;
}

function isTaken(db: Database, key: NameKey, except: number | null): boolean {
  const row = db.sql("select id from applications where key = ? and ended = 0").get(key);
  return row !== undefined && row["id"] !== except;
}

function deleteStream(db: Database, id: number): void {
  for (const sql of DELETE_STREAM) db.sql(sql).run(id);
}

function toApplication(row: Readonly<Record<string, unknown>>): ApplicationRecord {
  return {
    id: Number(row["id"]),
    // Keys were made by `parseRoomName` before they were stored.
    handle: { key: String(row["key"]) as NameKey, shown: String(row["handle"]) },
    title: String(row["title"]),
    token: row["token"] as string | null,
    isActive: row["active"] === 1,
    isOpen: row["open"] === 1,
    chats: Number(row["chats"]),
  };
}

function toChat(row: Readonly<Record<string, unknown>>): ChatRecord {
  return {
    id: Number(row["id"]),
    number: Number(row["number"]),
    name: { key: String(row["key"]) as NameKey, shown: String(row["name"]) },
    messages: Number(row["messages"]),
  };
}

const INSERT = "insert into applications (id, key, handle, title, token) values (?, ?, ?, ?, ?)";
const UPDATE = `
  update applications set key = ?, handle = ?, title = ?, token = ?, active = ?, open = ? where id = ?`;
const CHATS = `
  select r.id, r.number, r.key, r.name,
         (select e.seq from entries e where e.stream_id = r.id order by e.pos desc limit 1) - s.gone as messages
    from rooms r join streams s on s.id = r.id
   where r.application_id = ? and r.number >= ? and r.private = 0 and r.destroyed = 0 order by r.number limit ?`;
const DELETE_SOME = `
  delete from entries where (stream_id, pos) in (
    select stream_id, pos from entries where stream_id = ? order by pos limit ?)`;
const DELETE_STREAM = [
  "delete from gaps where row_id = ?",
  "delete from rooms where id = ?",
  "delete from applications where id = ?",
  "delete from streams where id = ?",
];
