import { StoreError, type StoreErrorCode } from "../../ports/store-error.ts";

/** Primary result codes of SQLite (sqlite.org/rescode.html): the low byte of what `errcode` holds. */
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;
const BUSY = 5;
const LOCKED = 6;

interface Failure {
  readonly code: StoreErrorCode;
  readonly advice: string;
}

const FAILURES = new Map<number, Failure>([
  [FULL, { code: "full", advice: "the disk is full; chatd goes on by itself when there is space" }],
  [READONLY, { code: "broken", advice: "the file cannot be written; check its permissions and its folder's" }],
  [CANTOPEN, { code: "broken", advice: "it cannot be opened; check that the folder exists and can be written" }],
  [CORRUPT, { code: "broken", advice: "the file is damaged; restore it from a backup" }],
  [NOTADB, { code: "broken", advice: "this is no chatd database; name another file" }],
  // A commit that could not be synced may or may not be there after a crash, so the batch is sent again.
  [IOERR, { code: "unavailable", advice: "reading or writing failed; check the disk" }],
  [BUSY, { code: "unavailable", advice: "another program holds the file" }],
  [LOCKED, { code: "unavailable", advice: "another program holds the file" }],
]);

/** Returns SQLite's error as a `StoreError`, and any other error as it is. @param what was tried, and with what */
export function toStoreError(what: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return error;
  const failure = FAILURES.get(error.errcode & 0xff);
  if (!failure) return new StoreError("broken", `${what}: ${error.message}`, { cause: error });
  return new StoreError(failure.code, `${what}: ${error.message}: ${failure.advice}.`, { cause: error });
}
