import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** After so many collections what can be collected is. */
const COLLECTIONS = 4;

/**
 * Bytes of everything that this process can still reach: V8's objects, and the memory behind its buffers, of which a slice
 * keeps the whole. Two calls with nothing between differ by some KiB. What the allocator needs for itself is not in it.
 */
export async function reachableBytes(): Promise<number> {
  setFlagsFromString("--expose-gc");
  // What the flag makes.
  const collect = runInNewContext("gc") as () => void;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < COLLECTIONS; i++) {
    collect();
    // The memory behind buffers is given back in a thread of its own.
    await turn();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    least = Math.min(least, heapUsed + arrayBuffers);
  }
  return least;
}
