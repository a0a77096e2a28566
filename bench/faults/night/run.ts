import { setTimeout as sleep } from "node:timers/promises";
import { Chance } from "../../../test/support/sockets/hostile.ts";
import { check } from "../checker.ts";
import type { Run } from "../history.ts";
import { Crowd, isRival, nowMs } from "./crowd.ts";
import { agree, endAll, examine, oddEvents } from "./health.ts";
import { type Measures, measure } from "./measures.ts";
import { insist, letLoose, type Nemesis, type Site } from "./nemesis.ts";
import { build, type Servers, type StageOptions } from "./stage.ts";
import { storedEntries, storedPeople, storedRooms } from "./stored.ts";

/** People come in before the first fault, and live on for a while after the last one. */
const BEFORE_MS = 1500;
const AFTER_MS = 1500;
/** As long as connections and statements are waited for, and a moment. */
const AFTER_LOSS_MS = 7500;
/** What was typed before all is healed is answered within this, whatever the fault was. */
const BACK_WITHIN_MS = 12_000;
/** Deadlines of statements, sweeps and second tries, beside the lease. */
const SETTLE_MS = 20_000;
const PROBE_MS = 5000;
/** Beside the lease, until all nodes know the same people. */
const AGREE_MS = 10_000;

export interface RunOptions extends StageOptions {
  readonly nemeses: readonly Nemesis[];
  readonly seed: number;
  readonly people: number;
  readonly seconds: number;
}

/** How one run went. */
export interface Outcome extends Measures {
  readonly nemesis: string;
  readonly seed: number;
  /** How often nemeses have struck. */
  readonly strikes: number;
  /** Until all nodes knew the same people. */
  readonly agreeMs: number;
  readonly memoryBytes: number;
  /** What did not hold; a word and a sentence each. */
  readonly anomalies: readonly { readonly check: string; readonly what: string }[];
  /** For whoever looks at a failed run. */
  readonly evidence: { readonly run: Run; readonly logFiles: readonly string[]; readonly people: readonly unknown[] };
}

/**
 * One run: a new cluster, people who live on it while faults strike, a time in which all is well again, and what is
 * found then. Returns null where it was given up.
 *
 * @param judged called with the outcome while the nodes' files are still there
 */
export async function runOnce(
  servers: Servers,
  options: RunOptions,
  signal: AbortSignal,
  judged: (outcome: Outcome) => void,
): Promise<Outcome | null> {
  await using stack = new AsyncDisposableStack();
  const stage = await build(servers, options.nemeses, options, signal, stack);
  const crowd = new Crowd(stage.nodes, options.people, options.seed);
  const site: Site = { ...stage, hangUp: (chance) => crowd.hangUp(chance) };
  stack.defer(() => crowd.end());
  crowd.begin();
  await pause(BEFORE_MS, signal);
  const struck = await strikeAll(site, options, signal);
  if (signal.aborted) return null;
  const healedAtMs = nowMs();
  await pause(options.nemeses.some(({ losesBytes }) => losesBytes) ? AFTER_LOSS_MS : AFTER_MS, signal);
  const problems = await quieten(crowd, options.leaseMs);
  const { views, tookMs, difference } = await agree(site.nodes, options.leaseMs + AGREE_MS);
  if (difference !== null) problems.push(difference);
  const run: Run = {
    transcripts: crowd.transcripts,
    rooms: await storedRooms(site.database),
    entries: await storedEntries(site.database),
    views,
    wentBackAtMs: options.nemeses.some(({ goesBack }) => goesBack) ? struck.lastAtMs : null,
    isPruned: options.nemeses.some(({ needs }) => needs?.includes("audit") === true),
  };
  const people = await storedPeople(site.database);
  crowd.mute();
  const memoryBytes = Math.max(...site.nodes.map((node) => node.memoryBytes()));
  problems.push(...(await examine(site.nodes)), ...(await endAll(site.nodes)), ...oddEvents(site.nodes));
  const measures = measure(run.transcripts, run.entries, healedAtMs, isRival);
  if (measures.recoveryMs > BACK_WITHIN_MS) {
    problems.push(`the last answer came ${Math.round(measures.recoveryMs)} ms after all was healed`);
  }
  const outcome: Outcome = {
    ...measures,
    nemesis: nameOf(options.nemeses),
    seed: options.seed,
    strikes: struck.times,
    agreeMs: tookMs,
    memoryBytes,
    anomalies: [...check(run), ...problems.map((what) => ({ check: "health", what }))],
    evidence: { run, logFiles: site.nodes.map(({ logFile }) => logFile), people },
  };
  judged(outcome);
  return outcome;
}

/** `kill-node+lock` */
export function nameOf(nemeses: readonly Nemesis[]): string {
  return nemeses.map(({ name }) => name).join("+");
}

/** All nemeses work side by side; returns when all is healed. */
async function strikeAll(
  site: Site,
  { nemeses, seed, seconds }: RunOptions,
  signal: AbortSignal,
): Promise<{ readonly times: number; readonly lastAtMs: number | null }> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
  let lastAtMs: number | null = null;
  const struck = (): void => {
    lastAtMs = nowMs();
  };
  const shared = { signal: over, stop: signal, isOneOfMany: nemeses.length > 1, struck };
  const times = await Promise.all(
    nemeses.map((nemesis, i) => letLoose(nemesis, site, { ...shared, chance: new Chance(seed * 31 + i) })),
  );
  await insist(() => site.database.calm(), signal);
  if (!over.aborted) await pause(seconds * 1000, over);
  return { times: times.reduce((sum, one) => sum + one, 0), lastAtMs };
}

/** Everybody falls silent, and says one line; returns what did not work, a sentence each. */
async function quieten(crowd: Crowd, leaseMs: number): Promise<string[]> {
  const withinMs = leaseMs + SETTLE_MS;
  const problems = await crowd.hush(withinMs);
  // Who is not in after that is told about once.
  return [...problems, ...(await crowd.probe(problems.length === 0 ? withinMs : PROBE_MS))];
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
