/** Codes by which somebody shows, from any address, that a session was theirs. */
export interface ReturnCodes {
  /** Returns a number that no code of the session has had. */
  next(): number;
  /** The same each time, so that no session has to keep it. @param number as `CodeNumbers` have it */
  of(session: number, number: number): string;
  /** Whether this is the session's code of that number, as somebody typed it. */
  fits(session: number, number: number, code: string): boolean;
}
