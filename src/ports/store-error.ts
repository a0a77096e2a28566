export type StoreErrorCode =
  /** No space left. Nothing of the call was kept; the same call succeeds when there is space again. */
  | "full"
  /** The store cannot be reached now: nothing of the call was sent. */
  | "unreached"
  /** The store cannot store or read now. It is not known whether the call took effect; a batch may be sent again. */
  | "unavailable"
  /** Nothing was or will be kept: the node was taken for dead, or the store was restored. A new call may succeed. */
  | "fenced"
  /** The store does not take this input, and never will. Nothing of the call was kept. */
  | "bad-input"
  /** The store has to be repaired: not writable, corrupt, of a newer chatd. Nothing of the call was kept. */
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
