import { kinds } from "../../domain/entry.ts";
import type { Committed } from "../../domain/entry.ts";
import type { Database } from "./database.ts";
import { addGap, gapsUpTo, nthNumber } from "./gaps.ts";

/** A message as a change of it needs to know it. */
interface MessageRow {
  readonly pos: number;
  readonly kind: number;
  /** Position of its last change; null: it was never changed. */
  readonly changed: number | null;
}

/** The end of a stream, with the number of its messages that are not there any more. */
export interface End extends Pick<Committed, "pos" | "seq"> {
  readonly gone: number;
}

/** Null: the stream has no entry. */
export function readEnd(db: Database, stream: number): End | null {
  const row = db.sql(END).get(stream);
  return row ? { pos: Number(row["pos"]), seq: Number(row["seq"]), gone: Number(row["gone"]) } : null;
}

/** Returns the number of the n-th message that is there, or would be, from 1 on. */
export function nthMessage(db: Database, stream: number, n: number): number {
  const first = db.sql(FIRST).get(stream);
  // Messages before this one are too old to be there; some of them were removed before.
  const tooOld = Math.max(0, Number(first?.["seq"] ?? 0) - Number(first?.["isMessage"] ?? 0));
  return nthNumber(db, stream, n + tooOld - gapsUpTo(db, stream, tooOld));
}

/**
 * Returns the position of the first message from a number on; null: there is none. Numbers rise with positions, so that no
 * index is needed: as many positions are looked at as the stream's entries that are no messages have binary digits.
 * @param end the end of the stream
 */
export function positionOf(
  db: Database,
  stream: number,
  end: Pick<Committed, "pos" | "seq">,
  seq: number,
): number | null {
  if (seq > end.seq) return null;
  // The first entries may be too old to be there.
  const first = db.sql("select min(pos) as pos from entries where stream_id = ?").get(stream);
  const begin = Number(first?.["pos"] ?? 0);
  let [low, high] = [Math.max(seq, begin), Math.max(end.pos - (end.seq - seq), begin)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = db.sql(SEQ_AT).get(stream, middle);
    if (Number(row?.["seq"] ?? 0) >= seq) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Finds a message by its number; null: it is not there. @param end the end of the stream */
export function findMessage(
  db: Database,
  stream: number,
  end: Pick<Committed, "pos" | "seq">,
  seq: number,
): MessageRow | null {
  const pos = seq < 1 ? null : positionOf(db, stream, end, seq);
  const row = pos === null ? undefined : db.sql(MESSAGE_AT).get(stream, pos, seq);
  if (pos === null || !row) return null;
  return { pos, kind: Number(row["kind"]), changed: row["changed"] === null ? null : Number(row["changed"]) };
}

/** Why a message cannot be changed; null: it can. @param expects position of the change that is to be its last; null: any */
export function changeRefusal(
  db: Database,
  stream: number,
  end: Pick<Committed, "pos" | "seq">,
  seq: number,
  expects: number | null,
): "no-such-message" | "changed-meanwhile" | null {
  const message = findMessage(db, stream, end, seq);
  if (!message || message.kind === kinds.removed) return "no-such-message";
  return expects === null || expects === (message.changed ?? message.pos) ? null : "changed-meanwhile";
}

/**
 * Gives a message another text, or removes it: nothing of what it said before stays.
 * @param end the end of the stream, which is the entry of the change
 * @param body null: it is removed
 */
export function changeMessage(
  db: Database,
  stream: number,
  end: Pick<Committed, "pos" | "seq">,
  seq: number,
  body: string | null,
): void {
  const message = findMessage(db, stream, end, seq);
  if (!message) return;
  if (body !== null) {
    db.sql("update entries set body = ?, changed = ? where stream_id = ? and pos = ?").run(
      body,
      end.pos,
      stream,
      message.pos,
    );
  } else {
    db.sql(REMOVE).run(end.pos, stream, message.pos);
    db.sql("update streams set gone = gone + 1 where id = ?").run(stream);
    addGap(db, stream, seq);
  }
  db.sql("update entries set body = '' where stream_id = ? and ref = ? and kind = 13 and pos < ?").run(
    stream,
    seq,
    end.pos,
  );
}

const END = `
  select e.pos, e.seq, s.gone from entries e join streams s on s.id = e.stream_id
   where e.stream_id = ? order by e.pos desc limit 1`;
const FIRST = "select seq, kind < 10 as isMessage from entries where stream_id = ? order by pos limit 1";
const SEQ_AT = "select seq from entries where stream_id = ? and pos = ?";
const MESSAGE_AT = "select kind, changed from entries where stream_id = ? and pos = ? and seq = ? and kind < 10";
const REMOVE = `
  update entries set kind = ${kinds.removed}, author_id = null, author = '', body = '', changed = ?1
   where stream_id = ?2 and pos = ?3`;
