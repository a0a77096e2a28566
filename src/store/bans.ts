import type { BanRecord } from "../ports/store.ts";

/**
 * Selects every ban, the oldest first, in SQLite and in PostgreSQL. An end beyond the safe integers of JavaScript, some
 * 230 years away, becomes null: until it is lifted.
 */
export const SELECT_BANS = `
  select subject, case when until between ${Number.MIN_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER} then until end as until,
         reason, author, at
    from bans order by at, subject`;

/** A row of `SELECT_BANS`. */
export function toBan(row: Readonly<Record<string, unknown>>): BanRecord {
  return {
    subject: String(row["subject"]),
    untilMicros: row["until"] === null ? null : Number(row["until"]),
    reason: String(row["reason"]),
    author: String(row["author"]),
    atMicros: Number(row["at"]),
  };
}
