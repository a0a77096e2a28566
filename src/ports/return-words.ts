/** Words by which somebody shows, from any address, that a session was theirs. */
export interface ReturnWords {
  /** The same each time, so that no session has to keep them. */
  of(session: number): string;
  /** Whether these are the session's, as somebody typed them. */
  fit(session: number, words: string): boolean;
}
