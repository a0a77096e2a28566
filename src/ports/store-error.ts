export type StoreErrorCode =
  /** No space left. Nothing of the call was kept; the same call succeeds when there is space again. */
  | "full"
  /** It cannot be reached now: nothing of the call was sent. */
  | "unreached"
  /** Cannot store or read now. It is not known whether the call took effect; a batch may be sent again. */
  | "unavailable"
  /**
   * Nothing of the call was kept, by no attempt, and nothing ever will be: this node was taken for dead, or the store went
   * back. The same may be asked for again, in another call; the lines of a batch may go into another one.
   */
  | "fenced"
  /** It does not take this input, and never will. Nothing of the call was kept. */
  | "bad-input"
  /** Will not work until somebody repairs it: not writable, corrupt, of a newer chatd. Nothing of the call was kept. */
  | "broken";

/** A store's failure. The message says what was tried, with what, and what to do. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
