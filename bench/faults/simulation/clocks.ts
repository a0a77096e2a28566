import type { Fault } from "./field.ts";
import { putBack } from "./restores.ts";

const DIRECTIONS = [-1, 1];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NODE_STEPS_MS = [1000, HOUR_MS, DAY_MS];
const DATABASE_STEPS_MS = [100, 1000, 5000, 20_000, HOUR_MS];
const MAX_LAG_MS = 2000;

/** Clocks of computers are set, forth or back. Some are put right in the end. */
export const CLOCK_FAULTS = {
  "node-clock": ({ timeline, chance, nodes }, forMs) => {
    const { wallClock } = chance.of(nodes);
    const byMs = chance.of(DIRECTIONS) * chance.of(NODE_STEPS_MS);
    wallClock.step(byMs);
    if (chance.below(2) === 0) timeline.after(forMs, () => wallClock.step(-byMs));
  },
  "database-clock": ({ timeline, chance, database }, forMs) => {
    const byMs = chance.of(DIRECTIONS) * chance.of(DATABASE_STEPS_MS);
    database.wallClock.step(byMs);
    if (chance.below(2) === 0) timeline.after(forMs, () => database.wallClock.step(-byMs));
  },
  /** It is another computer on which the database is put back, and its clock is behind. */
  "restore-behind": (field, forMs) => {
    const { timeline, chance, database } = field;
    const byMs = -chance.of(DATABASE_STEPS_MS);
    const lagMs = Math.min(forMs, MAX_LAG_MS);
    // The copy may be of before its clock was set, or of after.
    const takenMs = chance.below(2) === 0 ? 0 : chance.below(lagMs);
    const steppedMs = chance.of([0, lagMs]);
    timeline.after(steppedMs, () => database.wallClock.step(byMs));
    timeline.after(takenMs, () => {
      const backup = database.snapshot();
      timeline.after(lagMs - takenMs, () => putBack(field, backup));
    });
    if (chance.below(2) === 0) timeline.after(forMs + MAX_LAG_MS, () => database.wallClock.step(-byMs));
  },
} as const satisfies Readonly<Record<string, Fault>>;
