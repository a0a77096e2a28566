import { StoreError, type StoreErrorCode } from "../ports/store-error.ts";

/** Returns the SQLSTATE of an error (PostgreSQL manual, appendix A); null: it is not from the server. */
export function sqlStateOf(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** Failures that pass: connection (08), rolled back (40), resources (53, but for a full disk), operator (57). */
const PASSING = ["08", "40", "53", "57"];
const DISK_FULL = "53100";
const LOCK_NOT_AVAILABLE = "55P03";
/** A wrong or expired password (28P01, 28000): a managed one may just be changing. */
const NOT_AUTHENTICATED = "28";
/** Data exceptions and broken constraints: this input, and not the database, is wrong. */
const BAD_INPUT = ["22", "23"];

/** @param what was tried, and with what */
export function toStoreError(what: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const reason = error instanceof Error ? reasonOf(error) : String(error);
  return new StoreError(codeOf(error), `${what}: ${reason}`, { cause: error });
}

function codeOf(error: unknown): StoreErrorCode {
  const state = sqlStateOf(error);
  // No answer at all: the connection is gone, or the network.
  if (state === null || state === LOCK_NOT_AVAILABLE) return "unavailable";
  if (state === DISK_FULL) return "full";
  const kind = state.slice(0, 2);
  if (BAD_INPUT.includes(kind)) return "bad-input";
  return PASSING.includes(kind) || kind === NOT_AUTHENTICATED ? "unavailable" : "broken";
}

/** Returns why something failed. Where several addresses were tried, the reason of the first one says enough. */
function reasonOf(error: Error): string {
  const [first] = error instanceof AggregateError ? error.errors : [];
  return error.message || (first instanceof Error ? first.message : "") || "no reason given";
}
