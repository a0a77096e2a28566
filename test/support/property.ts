import fc from "fast-check";
import type { Test } from "tap";

/** The same for every property of a test file; what it did is repeated with `CHATD_TEST_SEED`. */
export const seed = readSeed();

/** As `seed`, and always the same where nobody gives one: for what a program of `bench/` searches at random. */
export const fixedSeed = process.env["CHATD_TEST_SEED"] === undefined ? 1 : seed;

/** Tries the property with random values, and prints the seed that they come from. */
export function holds<Values>(t: Test, property: fc.IProperty<Values>, runs = 300): void {
  t.comment(`random values from CHATD_TEST_SEED=${seed}`);
  fc.assert(property, { seed, numRuns: runs });
  t.pass(`held for ${runs} values`);
}

/** As `holds`, for a property whose answer is a promise. */
export async function holdsInTime<Values>(t: Test, property: fc.IAsyncProperty<Values>, runs = 300): Promise<void> {
  t.comment(`random values from CHATD_TEST_SEED=${seed}`);
  await fc.assert(property, { seed, numRuns: runs });
  t.pass(`held for ${runs} values`);
}

function readSeed(): number {
  const given = process.env["CHATD_TEST_SEED"];
  if (given === undefined) return Math.floor(Math.random() * 2 ** 31);
  if (!/^-?\d{1,10}$/.test(given)) throw new Error(`CHATD_TEST_SEED=${given}: not a whole number`);
  return Number(given);
}
