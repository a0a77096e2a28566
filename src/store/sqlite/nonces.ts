import type { Committed } from "../../domain/entry.ts";
import type { Database } from "./database.ts";

const DAY_MICROS = 86_400_000_000;
/** Number of old nonces that are deleted for each that is written: more than come, and few at a time. */
const DELETED_PER_WRITE = 2;

/** Where a draft went that may come again. */
export interface NoncePlace extends Committed {
  readonly print: number;
}

/** Returns where a draft with this nonce went, on this day or the one before; null: there is none. */
export function findNonce(db: Database, stream: number, nonce: Uint8Array, atMicros: number): NoncePlace | null {
  const day = dayOf(atMicros);
  const row = db.sql(FIND).get(day, day - 1, stream, nonce);
  if (!row) return null;
  return { pos: Number(row["pos"]), seq: Number(row["seq"]), atMicros: Number(row["at"]), print: Number(row["print"]) };
}

export function noteNonce(db: Database, stream: number, nonce: Uint8Array, place: NoncePlace): void {
  const day = dayOf(place.atMicros);
  db.sql("insert into nonces (day, stream_id, nonce, print, pos, seq, at) values (?, ?, ?, ?, ?, ?, ?)").run(
    day,
    stream,
    nonce,
    place.print,
    place.pos,
    place.seq,
    place.atMicros,
  );
  db.sql(DELETE_OLD).run(day - 1, DELETED_PER_WRITE);
}

/** The day of a time within the epoch, by UTC. Times never go back in a stream, so the days of its nonces do not either. */
function dayOf(atMicros: number): number {
  return Math.floor(atMicros / DAY_MICROS);
}

const FIND = "select pos, seq, at, print from nonces where day in (?, ?) and stream_id = ? and nonce = ?";
const DELETE_OLD = `
  delete from nonces where (day, stream_id, nonce) in (
    select day, stream_id, nonce from nonces where day < ? order by day limit ?)`;
