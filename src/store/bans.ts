import type { BanRecord } from "../ports/store.ts";

/** Selects every ban, the oldest first. An end beyond JavaScript's safe integers (some 230 years away) becomes null. */
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
