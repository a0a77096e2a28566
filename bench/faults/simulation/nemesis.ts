import type { StoreErrorCode } from "../../../src/ports/store-error.ts";
import { CLOCK_FAULTS } from "./clocks.ts";
import type { Fate } from "./database.ts";
import type { Fault, Field } from "./field.ts";
import { RESTORES } from "./restores.ts";
import { PURPOSES, type Purpose } from "./weather.ts";

/** What was sent before a partition may come after it. */
const AFTER_MS = 50;
const MAX_LAG_MS = 2000;
/** Longer than any node is away: what is deleted was shown to everybody who was there. */
const KEPT_MS = 16_000;
const MAX_SLOW_MS = 2000;
/** Longer than anybody waits for the answer to an append. */
const GIVEN_UP_MS = 6500;
const LATE_MS = 4000;

export const FAULTS = {
  "kill-node": ({ timeline, chance, nodes }, forMs) => {
    const node = chance.of(nodes);
    node.kill();
    timeline.after(forMs, () => node.start());
  },
  "kill-all": ({ timeline, nodes }, forMs) => {
    for (const node of nodes) node.kill();
    timeline.after(forMs, () => {
      for (const node of nodes) node.start();
    });
  },
  "restart-node": ({ chance, nodes }) => {
    const node = chance.of(nodes);
    node.stop(() => node.start());
  },
  "freeze-node": ({ timeline, chance, nodes }, forMs) => {
    const { machine } = chance.of(nodes);
    machine?.freeze();
    timeline.after(forMs, () => machine?.thaw());
  },
  "cut-node": (field, forMs) => {
    const nr = field.chance.below(field.nodes.length);
    cut(field, forMs, (node) => node === nr);
  },
  "cut-purpose": (field, forMs) => {
    const nr = field.chance.below(field.nodes.length);
    const purpose = field.chance.of(PURPOSES);
    const isEverywhere = field.chance.below(3) === 0;
    cut(field, forMs, (node, connection) => connection === purpose && (isEverywhere || node === nr));
  },
  "kill-database": ({ timeline, database }, forMs) => {
    database.crash();
    timeline.after(forMs, () => database.restart());
  },
  "freeze-database": ({ timeline, weather, chance }, forMs) => {
    const endMs = timeline.nowMs + forMs;
    weather.add(() => ({ requestMs: endMs - timeline.nowMs + chance.below(AFTER_MS) }), forMs);
  },
  "lagging-standby": ({ timeline, chance, database, hub, nodes }, forMs) => {
    const standby = database.snapshot();
    timeline.after(Math.min(forMs, MAX_LAG_MS), () => {
      database.crash();
      timeline.after(chance.below(MAX_LAG_MS), () => {
        database.restore(standby);
        for (const { nr } of nodes) timeline.after(chance.below(MAX_LAG_MS), () => hub.doubt(nr));
      });
    });
  },
  restore: ({ timeline, database }, forMs) => {
    const backup = database.snapshot();
    timeline.after(Math.min(forMs, MAX_LAG_MS), () => database.restore(backup));
  },
  prune: ({ timeline, database }, forMs) => {
    timeline.after(forMs + KEPT_MS, () => database.prune(KEPT_MS));
  },
  flaky: (field, forMs) => {
    const { chance, weather } = field;
    const percent = chance.of([5, 20, 50]);
    const nr = chance.of([null, chance.below(field.nodes.length)]);
    const kind = chance.below(5);
    weather.add((node) => {
      if ((nr !== null && node !== nr) || chance.below(100) >= percent) return null;
      return trouble(kind === 4 ? chance.below(4) : kind);
    }, forMs);
  },
  refusals: ({ chance, weather }, forMs) => {
    const code = chance.of<StoreErrorCode>(["unavailable", "full", "broken"]);
    const purpose = chance.of([null, "append", ...PURPOSES] as const);
    const percent = chance.of([10, 50, 100]);
    weather.add((_node, connection, isLogin) => {
      if (isLogin || (purpose !== null && connection !== purpose)) return null;
      return chance.below(100) < percent ? { refusal: code } : null;
    }, forMs);
  },
  "unknown-then-refused": ({ chance, weather }, forMs) => {
    const code = chance.of<StoreErrorCode>(["full", "broken"]);
    const percent = chance.of([30, 70]);
    weather.add((_node, connection, isLogin) => {
      if (connection !== "append" || isLogin) return null;
      return chance.below(100) < percent ? { answer: "reset" } : { refusal: code };
    }, forMs);
  },
  slow: (field, forMs) => {
    const { chance, weather } = field;
    const purpose = chance.of([null, ...PURPOSES]);
    const nr = chance.of([null, chance.below(field.nodes.length)]);
    const most = chance.of([50, 300, MAX_SLOW_MS]);
    weather.add((node, connection) => {
      if ((nr !== null && node !== nr) || (purpose !== null && connection !== purpose)) return null;
      return { requestMs: chance.below(most), answerMs: chance.below(most) };
    }, forMs);
  },
  "late-append": ({ chance, weather }, forMs) => {
    weather.add((_node, connection, isLogin) => {
      return connection === "append" && !isLogin && chance.below(5) === 0
        ? { requestMs: GIVEN_UP_MS + chance.below(LATE_MS) }
        : null;
    }, forMs);
  },
  "bus-loses": (field, forMs) => {
    const percent = field.chance.of([10, 50, 100]);
    onTheBus(field, forMs, () => (field.chance.below(100) < percent ? [] : null));
  },
  "bus-is-late": (field, forMs) => {
    const most = field.chance.of([50, 500, 3000]);
    onTheBus(field, forMs, () => [field.chance.below(most)]);
  },
  "bus-doubles": (field, forMs) => {
    onTheBus(field, forMs, () => [1, 1 + field.chance.below(500)]);
  },
  "bus-is-short": ({ timeline, chance, hub }, forMs) => {
    const percent = chance.of([20, 100]);
    timeline.after(
      forMs,
      hub.shorten(() => chance.below(100) < percent),
    );
  },
  "bus-parts": (field, forMs) => {
    const nr = field.chance.below(field.nodes.length);
    onTheBus(field, forMs, (from, to) => (from === nr || to === nr ? [] : null));
    field.timeline.after(forMs, () => field.hub.doubt(nr));
  },
  ...RESTORES,
  ...CLOCK_FAULTS,
} as const satisfies Readonly<Record<string, Fault>>;
export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/** Everything is lost, or comes when the way is free again: one way, or both. */
function cut(
  { timeline, chance, weather, hub, nodes }: Field,
  forMs: number,
  isCut: (node: number, purpose: Purpose) => boolean,
): void {
  const endMs = timeline.nowMs + forMs;
  const keeps = chance.below(2) === 0;
  const isAnswerCut = chance.below(3) === 0;
  weather.add((node, purpose) => {
    if (!isCut(node, purpose)) return null;
    const lateMs = endMs - timeline.nowMs + chance.below(AFTER_MS);
    if (isAnswerCut) return keeps ? { answerMs: lateMs } : { answer: "lost" };
    return keeps && purpose !== "listen" && purpose !== "notify"
      ? { requestMs: lateMs }
      : { isRun: false, answer: "lost" };
  }, forMs);
  timeline.after(forMs + chance.below(AFTER_MS), () => {
    for (const { nr } of nodes) if (isCut(nr, "listen")) hub.doubt(nr);
  });
}

function trouble(kind: number): Partial<Fate> {
  switch (kind) {
    case 0:
      return { isRun: false, answer: "reset" };
    case 1:
      return { answer: "reset" };
    case 2:
      return { isRun: false, answer: "lost" };
    default:
      return { answer: "lost" };
  }
}

function onTheBus(
  { timeline, hub }: Field,
  forMs: number,
  carrier: (from: number, to: number) => number[] | null,
): void {
  timeline.after(forMs, hub.add(carrier));
}
