import { DatabaseSync } from "node:sqlite";
import { isMessage } from "../../../src/domain/entry.ts";

/** A message as a database has it. */
export interface Stored {
  readonly pos: number;
  readonly seq: number;
  readonly author: string;
  readonly body: string;
}

const LOBBY = 1;

/** The messages of the lobby in a SQLite file, in order. The file is only read: chatd has to repair it. */
export function messagesIn(path: string): Stored[] {
  using db = new DatabaseSync(path, { readOnly: true });
  return messagesOf(
    db.prepare("select pos, seq, kind, author, body from entries where stream_id = ? order by pos").all(LOBBY),
  );
}

/** The messages among rows of the table of entries. */
export function messagesOf(rows: readonly Readonly<Record<string, unknown>>[]): Stored[] {
  return rows
    .filter((row) => isMessage(Number(row["kind"])))
    .map((row) => ({
      pos: Number(row["pos"]),
      seq: Number(row["seq"]),
      author: String(row["author"]),
      body: String(row["body"]),
    }));
}
