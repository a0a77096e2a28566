import type { Backup } from "./database.ts";
import type { Fault, Field } from "./field.ts";

/** What is put back is so old at most. */
const MAX_LAG_MS = 2000;
const MAX_DOWN_MS = 300;
/** A node notices so late at most that the connection on which it listens is another. */
const MAX_DEAF_MS = 500;
const MAX_AWAY_MS = 3000;
const MAX_FROZEN_MS = 8000;
/** Longer than anybody waits for the answer to an append. */
const MAX_LATE_MS = 9000;
const SLOW_MS = 3000;
const NO_BUS_MS = 6000;
const BETWEEN_RESTORES_MS = [3, 20, 60, 200, 700, 1500];

/** The database is put back to an earlier state while something else goes wrong, too. */
export const RESTORES = {
  "double-restore": (field, forMs) => {
    const { timeline, chance, database } = field;
    const gapMs = chance.of(BETWEEN_RESTORES_MS);
    const count = 2 + chance.below(4);
    let backup = database.snapshot();
    const isAlwaysTheSame = chance.below(2) === 0;
    for (let i = 0; i < count; i++) {
      timeline.after(lagOf(forMs) + i * gapMs, () => {
        putBack(field, backup);
        // Another copy is taken of what has just been put back, and of what is written there meanwhile.
        if (!isAlwaysTheSame) timeline.after(chance.below(gapMs), () => (backup = database.snapshot()));
      });
    }
  },
  "restore-before-join": (field, forMs) => {
    const { timeline, chance, database, nodes } = field;
    const node = chance.of(nodes);
    node.kill();
    const backup = database.snapshot();
    timeline.after(lagOf(forMs), () => {
      node.start();
      timeline.after(chance.below(2 * MAX_LAG_MS), () => putBack(field, backup));
    });
  },
  "restore-before-stop": (field, forMs) => {
    const { timeline, chance, database, nodes } = field;
    const node = chance.of(nodes);
    const backup = database.snapshot();
    timeline.after(lagOf(forMs), () => {
      node.stop(() => node.start());
      timeline.after(chance.below(MAX_LAG_MS), () => putBack(field, backup));
    });
  },
  "restore-all-restart": ({ timeline, chance, database, nodes }, forMs) => {
    const backup = database.snapshot();
    // One of them, some or all.
    const restored = chance.below(2) === 0 ? [chance.of(nodes)] : nodes.filter(() => chance.below(2) === 0);
    timeline.after(lagOf(forMs), () => {
      database.crash();
      for (const node of restored) {
        const isKilled = chance.below(2) === 0;
        timeline.after(chance.below(MAX_DOWN_MS), () => {
          if (isKilled) node.kill();
          else node.stop(() => node.start());
        });
        if (isKilled) timeline.after(MAX_DOWN_MS + chance.below(MAX_AWAY_MS), () => node.start());
      }
      timeline.after(chance.below(MAX_LAG_MS), () => database.restore(backup));
    });
  },
  /** Whether batches were stored is not known when the database goes back. */
  "restore-unknown": ({ timeline, chance, database, weather }, forMs) => {
    const backup = database.snapshot();
    const percent = chance.of([20, 60, 100]);
    const answer = chance.of(["lost", "reset"] as const);
    weather.add(
      (_node, connection, isLogin) =>
        connection === "append" && !isLogin && chance.below(100) < percent ? { answer } : null,
      lagOf(forMs) + chance.below(MAX_DOWN_MS),
    );
    timeline.after(lagOf(forMs), () => database.restore(backup));
  },
  /** Batches of before come to the database after it went back. */
  "restore-late-append": ({ timeline, chance, database, weather }, forMs) => {
    const backup = database.snapshot();
    weather.add(
      (_node, connection, isLogin) =>
        connection === "append" && !isLogin && chance.below(3) === 0 ? { requestMs: chance.below(MAX_LATE_MS) } : null,
      lagOf(forMs) + chance.below(MAX_DOWN_MS),
    );
    timeline.after(lagOf(forMs), () => database.restore(backup));
  },
  "restore-frozen": ({ timeline, chance, database, nodes }, forMs) => {
    const backup = database.snapshot();
    const machines = nodes.filter(() => chance.below(2) === 0).map(({ machine }) => machine);
    timeline.after(chance.below(lagOf(forMs)), () => {
      for (const machine of machines) machine?.freeze();
    });
    timeline.after(lagOf(forMs), () => database.restore(backup));
    timeline.after(lagOf(forMs) + chance.below(MAX_FROZEN_MS), () => {
      for (const machine of machines) machine?.thaw();
    });
  },
  /** What nodes read of rooms may be of before, or of another restore. */
  "restore-slow-rooms": (field, forMs) => {
    const { timeline, chance, database, weather } = field;
    const backup = database.snapshot();
    const most = chance.of([300, 1500, 4000]);
    timeline.after(Math.max(lagOf(forMs) - most, 0), () => {
      weather.add(
        (_node, connection) =>
          connection === "rooms" ? { requestMs: chance.below(most), answerMs: chance.below(most) } : null,
        SLOW_MS,
      );
    });
    timeline.after(lagOf(forMs), () => database.restore(backup));
    if (chance.below(2) === 0) {
      timeline.after(lagOf(forMs) + chance.below(SLOW_MS), () => database.restore(backup));
    }
  },
  /** Everything fails by which nodes find out what there is now. */
  "restore-failing-reads": ({ timeline, chance, database, weather }, forMs) => {
    const backup = database.snapshot();
    const percent = chance.of([30, 60, 90]);
    timeline.after(lagOf(forMs), () => {
      database.restore(backup);
      weather.add((_node, connection, isLogin) => {
        if (connection === "append" || isLogin || chance.below(100) >= percent) return null;
        return chance.below(2) === 0 ? { refusal: "unavailable" } : { answer: "reset" };
      }, forMs);
    });
  },
  "restore-no-bus": ({ timeline, chance, database, hub }, forMs) => {
    const backup = database.snapshot();
    const most = chance.of([null, SLOW_MS]);
    const heal = hub.add(() => (most === null || chance.below(100) < 90 ? [] : [chance.below(most)]));
    timeline.after(lagOf(forMs), () => database.restore(backup));
    timeline.after(NO_BUS_MS, heal);
  },
} as const satisfies Readonly<Record<string, Fault>>;

function lagOf(forMs: number): number {
  return Math.min(forMs, MAX_LAG_MS);
}

/** With an end of all connections, or without one. */
export function putBack({ timeline, chance, database, hub, nodes }: Field, backup: Backup): void {
  if (chance.below(2) === 0) return database.restore(backup);
  database.crash();
  timeline.after(chance.below(MAX_DOWN_MS), () => {
    database.restore(backup);
    for (const { nr } of nodes) timeline.after(chance.below(MAX_DEAF_MS), () => hub.doubt(nr));
  });
}
