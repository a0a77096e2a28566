import type { Test } from "tap";
import type { Store } from "../../src/ports/store.ts";

export interface StoreUnderTest {
  readonly store: Store;
  /** Runs an append of one stream as it goes where the store's clock is ahead by so much. */
  readonly ahead: (micros: number, stream: number, append: () => Promise<unknown>) => Promise<void>;
  /** Of batches below this number the store remembers nothing any more. */
  readonly forgetOutcomes: (below: number) => Promise<unknown>;
}

/** Makes an empty store that is gone when the test ends. */
export type MakeStore = (t: Test) => Promise<StoreUnderTest>;
