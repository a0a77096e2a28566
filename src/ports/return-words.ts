/** Words by which somebody shows, from any address, that a session was theirs. */
export interface ReturnWords {
  /** The same each time, so that nobody has to keep them. @param number as `CodeNumbers` have it */
  of(session: number, number: number): string;
  /** Whether these are the session's of that number, as somebody typed them. */
  fit(session: number, number: number, words: string): boolean;
}
