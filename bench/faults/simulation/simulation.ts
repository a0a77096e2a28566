import { kinds, SERVER_STREAM } from "../../../src/domain/entry.ts";
import { decodeRights } from "../../../src/domain/rights.ts";
import { Chance } from "../../../test/support/sockets/hostile.ts";
import { check } from "../checker.ts";
import type { Anomaly, NodeView, Run, Transcript } from "../history.ts";
import { Player, type Surroundings } from "../player.ts";
import { audit } from "./audit.ts";
import { Database } from "./database.ts";
import { Hub } from "./hub.ts";
import type { Field } from "./field.ts";
import { FAULT_NAMES, type FaultName, FAULTS } from "./nemesis.ts";
import { LEASE_MS, SimulatedNode } from "./node.ts";
import { Timeline } from "./timeline.ts";
import { BEGINNING_MICROS } from "./wall-clock.ts";
import { Weather } from "./weather.ts";
import { Wire } from "./wire.ts";

export interface SimulationOptions {
  readonly seed: number;
  /** Which faults there may be; all where nothing is said. */
  readonly faults?: readonly FaultName[];
  /** Called with all that happens. */
  readonly trace?: (text: string) => void;
}

/** What is checked where everything can be looked into, beside what people see. */
export type SimulationCheck = "failed" | "ends" | "audit";

export interface SimulationResult {
  readonly seed: number;
  readonly anomalies: readonly (Anomaly | { readonly check: SimulationCheck; readonly what: string })[];
  readonly faults: readonly string[];
  readonly nodes: number;
  readonly entriesStored: number;
  readonly events: number;
}

/** People who want one name. */
const RIVALS = ["vic", "Vic", "VIC", "vIC", "viC", "VIc"];
const ADDRESSES = 4;
const BEGINNING_MS = BEGINNING_MICROS / 1000;
/** In some lives, names of people whose node has died are kept; nobody comes back to them. */
const GRACE_MS = 3000;
const SEEDS_TO_GRACE = 3;
const LIFE_MS = 12_000;
const FIRST_FAULT_MS = 1000;
const LAST_FAULT_MS = 9000;
const MOST_FAULTS = 4;
const FAULT_MS = [200, 1000, 3000, 8000, 8000];
/** After the last fault: nodes have swept and come back, and everybody knows everybody. */
const CALM_MS = 5 * LEASE_MS;
/** What nothing else shows is found once a minute. */
const FOUND_WITHIN_MS = 65_000;
const STEP_MS = 500;
const PATIENCE_MS = 45_000;
const PROBE_MS = 3000;
const MAX_EVENTS = 200_000;
/** Times have 16 digits, and sessions fewer. */
const RANDOM_ID = /\b\d{9,15}\b|\b[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\b/g;
const TRACED_CHARACTERS = 400;

/** One life of a cluster, from a seed: the same seed leads to the same life. */
export class Simulation {
  readonly #chance: Chance;
  readonly #timeline = new Timeline();
  readonly #database: Database;
  readonly #nodes: readonly SimulatedNode[];
  readonly #field: Field;
  readonly #players: readonly Player[];
  readonly #transcripts: Transcript[] = [];
  readonly #faults: string[] = [];
  readonly #anomalies: { readonly check: SimulationCheck; readonly what: string }[] = [];
  readonly #options: SimulationOptions;
  /** Names of random ids, in the order of their appearance. */
  readonly #ids = new Map<string, string>();
  readonly #graceMs: number;
  #processes = 0;
  #connections = 0;
  #healedMs = 0;
  /** It does not end by itself. */
  #isOver = false;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#chance = new Chance(options.seed);
    const [timeline, chance] = [this.#timeline, this.#chance];
    const trace = (text: string): void => this.#trace(text);
    const database = new Database(timeline, chance, options.trace ? trace : null);
    this.#database = database;
    const weather = new Weather(timeline, chance, chance.of([0.3, 1, 1, 5, 30]));
    const hub = new Hub(weather, chance.of([0, 0, 0, 20, 200]));
    const slowest = chance.of([1, 1, 5]);
    const slownessMs = (): number => (slowest === 1 ? 0 : chance.below(slowest));
    const nextProcess = (): number => (this.#processes += 1);
    const failed = (what: string): void => void this.#anomalies.push({ check: "failed", what });
    this.#graceMs = options.seed % SEEDS_TO_GRACE === 0 ? GRACE_MS : 0;
    const graceMs = this.#graceMs;
    const cluster = { timeline, database, weather, hub, trace, graceMs, nextProcess, failed, slownessMs };
    this.#nodes = Array.from({ length: chance.of([3, 3, 4, 5]) }, (_, nr) => new SimulatedNode(nr, cluster));
    this.#field = { timeline, chance, database, weather, hub, nodes: this.#nodes };
    this.#players = this.#makePlayers();
  }

  async run(): Promise<SimulationResult> {
    for (const node of this.#nodes) this.#timeline.after(this.#chance.below(100), () => node.start());
    for (const player of this.#players) player.begin();
    this.#planFaults();
    await this.#live(LIFE_MS);
    await this.#live(this.#healedMs + STEP_MS);
    for (const player of this.#players) player.hush();
    await this.#live(this.#timeline.nowMs + CALM_MS);
    await this.#settle();
    for (const player of this.#players) if (player.isIn) player.probe();
    await this.#live(this.#timeline.nowMs + PROBE_MS);
    if (this.#players.some((player) => player.isIn && !player.isSettled)) {
      this.#anomalies.push({
        check: "ends",
        what: `after ${CALM_MS} ms of calm, a line takes more than ${PROBE_MS} ms`,
      });
    }
    await this.#settle();
    await this.#audit();
    const history = this.#history();
    const anomalies = [...this.#anomalies, ...check(history)];
    const entriesStored = history.entries.length;
    const { seed } = this.#options;
    return {
      seed,
      anomalies,
      faults: this.#faults,
      nodes: this.#nodes.length,
      entriesStored,
      events: this.#timeline.count,
    };
  }

  #makePlayers(): Player[] {
    const chance = this.#chance;
    const rivals = chance.of([[], RIVALS.slice(0, 3), RIVALS.slice(0, 3), RIVALS]);
    const plain = Array.from({ length: 3 + chance.below(7) }, (_, i) => `p${i}`);
    const others = [...plain, ...rivals.slice(0, 1)];
    const thinkMs = chance.of([30, 150, 300, 600]);
    return [...plain, ...rivals].map((name) => {
      const habits = { thinkMs, awayMs: 400, others, isRival: rivals.includes(name) };
      return new Player(name, this.#surroundingsOf(name), chance, habits);
    });
  }

  #surroundingsOf(name: string): Surroundings {
    const [timeline, nodes] = [this.#timeline, this.#nodes];
    return {
      nodes: nodes.length,
      connect: (nr) => {
        const node = nodes[nr];
        if (!node) throw new Error(`no node ${nr}`);
        const trace = (text: string): void => this.#trace(`${name}@${nr} ${text}`);
        // From another address, nobody is taken for who was there before.
        const address = this.#graceMs === 0 ? addressOf(name) : `192.0.2.${(this.#connections += 1)}`;
        return new Wire({ timeline, chance: this.#chance, node, address, trace });
      },
      after: (ms, task) => timeline.after(ms, task),
      nowMs: () => BEGINNING_MS + timeline.nowMs,
      begin: (name, node) => {
        const transcript = { id: this.#transcripts.length + 1, name, node, moments: [] };
        this.#transcripts.push(transcript);
        return transcript;
      },
    };
  }

  #planFaults(): void {
    const chance = this.#chance;
    const names = this.#options.faults ?? FAULT_NAMES;
    const count = chance.below(chance.of([MOST_FAULTS, MOST_FAULTS, 2 * MOST_FAULTS]) + 1);
    for (let i = 0; i < count; i++) {
      const name = chance.of(names);
      const atMs = FIRST_FAULT_MS + chance.below(LAST_FAULT_MS - FIRST_FAULT_MS);
      const forMs = 1 + chance.below(chance.of(FAULT_MS));
      this.#faults.push(`${name} at ${atMs} for ${forMs}`);
      this.#healedMs = Math.max(this.#healedMs, atMs + forMs);
      this.#timeline.at(atMs, () => {
        this.#trace(`${name} for ${forMs} ms`);
        FAULTS[name](this.#field, forMs);
      });
    }
  }

  /** Until everybody has come back and is answered, or has waited long enough. */
  async #settle(): Promise<void> {
    const untilMs = this.#timeline.nowMs + PATIENCE_MS;
    while (!this.#isOver && this.#timeline.nowMs < untilMs && !this.#players.every((player) => player.isSettled)) {
      await this.#live(this.#timeline.nowMs + STEP_MS);
    }
  }

  /** What nodes know is what is stored, at once or when they have had the time to find out. */
  async #audit(): Promise<void> {
    const untilMs = this.#timeline.nowMs + FOUND_WITHIN_MS;
    let found = this.#differences();
    while (found.length > 0 && !this.#isOver && this.#timeline.nowMs < untilMs) {
      await this.#live(this.#timeline.nowMs + STEP_MS);
      found = this.#differences();
    }
    for (const what of found) this.#anomalies.push({ check: "audit", what });
  }

  #differences(): readonly string[] {
    const running = this.#nodes.flatMap(({ nr, chat }) => (chat ? [{ node: nr, context: chat.context }] : []));
    const nowMicros = this.#isTimeKnown ? BEGINNING_MICROS + this.#timeline.nowMs * 1000 : Number.POSITIVE_INFINITY;
    return audit(this.#database.tables, running, nowMicros);
  }

  /** Whether nodes and database had the same time always, so that it is known when bans end. */
  get #isTimeKnown(): boolean {
    return [this.#database, ...this.#nodes].every(({ wallClock }) => !wallClock.wasSet);
  }

  async #live(untilMs: number): Promise<void> {
    while (this.#timeline.nowMs < untilMs && !this.#isOver) {
      await this.#timeline.run(Math.min(untilMs, this.#timeline.nowMs + STEP_MS));
      if (this.#timeline.count < MAX_EVENTS) continue;
      this.#anomalies.push({ check: "ends", what: `more than ${MAX_EVENTS} events: something has no pause` });
      this.#isOver = true;
      return;
    }
  }

  #history(): Run {
    const { tables, wentBackAtMs, pruned } = this.#database;
    const rows = new Map([...tables.entries.values()].flat().map((row) => [`${row.stream_id} ${row.pos}`, row]));
    // What was deleted takes the place of what was left of it, where the store did not go back and write there again.
    for (const row of pruned) {
      const known = rows.get(`${row.stream_id} ${row.pos}`);
      if (!known || known.kind === kinds.forgotten) rows.set(`${row.stream_id} ${row.pos}`, row);
    }
    const entries = [...rows.values()].filter(({ stream_id }) => stream_id !== SERVER_STREAM);
    return {
      transcripts: this.#transcripts,
      rooms: [...tables.rooms.values()].map((room) => ({
        ...room,
        owner: decodeRights(tables.streams.get(room.id)?.rights).owner,
      })),
      entries: entries.map((row) => ({
        stream: row.stream_id,
        pos: row.pos,
        seq: row.seq,
        atMs: BEGINNING_MS + row.trueMs,
        // To a check, a ban that nobody knows the end of is no more than a kick.
        kind: row.kind === kinds.banned && !this.#isTimeKnown ? kinds.kicked : row.kind,
        authorId: row.author_id,
        author: row.author,
        body: row.body,
      })),
      views: this.#nodes.flatMap((node) => this.#viewOf(node)),
      wentBackAtMs: wentBackAtMs === null ? null : BEGINNING_MS + wentBackAtMs,
      isPruned: pruned.length > 0,
    };
  }

  #viewOf({ nr, chat }: SimulatedNode): NodeView[] {
    if (!chat) {
      this.#anomalies.push({ check: "ends", what: `node ${nr} does not serve at the end` });
      return [];
    }
    const { pipeline, presence, rooms } = chat.context;
    if (pipeline.pendingLines > 0) this.#anomalies.push({ check: "ends", what: `lines wait at node ${nr} at the end` });
    const people = [...rooms.all()].map(({ id, name }) => [name.shown, presence.namesIn(id, 1000).first] as const);
    return [{ node: nr, users: presence.names(1000).first, rooms: new Map(people) }];
  }

  #trace(text: string): void {
    const { trace } = this.#options;
    if (!trace) return;
    // The ids of nodes are random, and nothing hangs on them.
    const named = text.replaceAll(RANDOM_ID, (id) => this.#nameOf(id));
    trace(`${this.#timeline.nowMs.toFixed(3)} ${named.slice(0, TRACED_CHARACTERS)}`);
  }

  #nameOf(id: string): string {
    let name = this.#ids.get(id);
    if (name === undefined) this.#ids.set(id, (name = `#${this.#ids.size + 1}`));
    return name;
  }
}

export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  return await new Simulation(options).run();
}

/** A name has one address, and some names share one. */
function addressOf(name: string): string {
  return `192.0.2.${name.toLowerCase().charCodeAt(name.length - 1) % ADDRESSES}`;
}
