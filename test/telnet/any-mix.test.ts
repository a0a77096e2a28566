import { deepEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import type { FloodLimits } from "../../src/net/flood-control.ts";
import { TestDoor } from "../support/sockets/door.ts";
import { FakeClock } from "../support/world/fake-clock.ts";
import { Pair } from "../support/sockets/pair.ts";
import { holdsInTime } from "../support/property.ts";

const FLOOD: FloodLimits = { floodBurst: 5, floodRate: 2, pasteLines: 3 };
const KEEPALIVE_MS = 20_000;
const OUTBOX = { skipBytes: 20_000, skipAfterMs: 5000, closeBytes: 50_000, closeAfterMs: 15_000, totalBytes: 0 };
const LOBBY = 1;
const WILL_NAWS = Buffer.from("fffb1f", "hex");
const INTERRUPT = Buffer.from("fff4fffd06", "hex");
const DO_TIMING_MARK = "\u00ff\u00fd\u0006";
const WILL_TIMING_MARK = Buffer.from("fffb06", "hex");
/** Of lines that were not stored, their author is told the number. */
const TOLD = /(\d+) waiting lines? (?:was|were) /g;
/** What a silent peer, or one that takes nothing, may need to be seen. */
const PATIENCE_MS = 2 * KEEPALIVE_MS;

type Step =
  | { readonly type: "paste"; readonly lines: number }
  | { readonly type: "pass"; readonly ms: number }
  | { readonly type: "others talk"; readonly lines: number }
  | { readonly type: "piece" | "interrupt" | "ask" | "hold" | "release" | "deaf" | "listen" | "empty" | "turn" };

const plain = fc.constantFrom(
  ...(["piece", "interrupt", "ask", "hold", "release", "deaf", "listen", "empty", "turn"] as const),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant("paste" as const), lines: fc.integer({ min: 1, max: 1500 }) }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 40_000 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("others talk" as const), lines: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 9, arbitrary: plain.map((type): Step => ({ type })) },
);
const mix = fc.record({
  steps: fc.array(step, { maxLength: 14 }),
  /** Whether the peer's client answers what it is asked. */
  answers: fc.boolean(),
  end: fc.constantFrom("end" as const, "reset" as const, "drain" as const),
});

/** One connection, whose lines are numbered, and what becomes of them. */
class Trial {
  readonly clock = new FakeClock();
  readonly door = new TestDoor(this.clock);
  readonly pair: Pair;
  readonly #other: Pair;
  /** Lines that were sent, in their order; the last one may not be ended yet. */
  readonly sent: string[] = [];
  #isHalf = false;
  #release: () => void = () => {};
  isDeaf = false;
  /** It could not have answered in time: it did not read, or its client never answers. */
  wasUnable: boolean;

  constructor(answers: boolean) {
    this.door.settings = { ...this.door.settings, ...FLOOD, keepaliveMs: KEEPALIVE_MS };
    this.door.pool.limits = OUTBOX;
    this.wasUnable = !answers;
    this.pair = new Pair(this.door.door, "192.0.2.1");
    this.#other = new Pair(this.door.door, "192.0.2.2");
    this.pair.onOutput = (chunk) => {
      const questions = chunk.toString("latin1").split(DO_TIMING_MARK).length - 1;
      for (let i = 0; i < questions && answers; i++) this.pair.do(WILL_TIMING_MARK);
    };
  }

  async start(): Promise<void> {
    const started = this.door.chat.start();
    await this.clock.turn();
    await started;
    this.#other.do(Buffer.from("other\r\n"));
    this.pair.do(Buffer.concat([WILL_NAWS, Buffer.from("one\r\n")]));
    await this.clock.turn();
    await this.clock.turn();
    for (const name of ["one", "other"]) this.door.session(name).toldAloneIn = this.door.session(name).current;
  }

  async do(step: Step): Promise<void> {
    switch (step.type) {
      case "paste":
        if (this.#isHalf) this.#send("\r\n");
        this.#isHalf = false;
        this.#send(Array.from({ length: step.lines }, () => `${this.#nextLine()}\r\n`).join(""));
        break;
      case "piece":
        this.#send(this.#isHalf ? "\r\n" : this.#nextLine());
        this.#isHalf = !this.#isHalf;
        break;
      case "empty":
        this.#isHalf = false;
        this.#send("\r\n \r\n");
        break;
      case "interrupt":
        this.pair.do(INTERRUPT);
        if (this.#isHalf) this.sent.pop();
        this.#isHalf = false;
        break;
      case "ask":
        new Pair(this.door.door, "192.0.2.1").do(Buffer.from("one\r\n"));
        break;
      case "hold":
        this.#release();
        this.#release = this.door.store.hold("append");
        break;
      case "release":
        this.#release();
        break;
      case "deaf":
        this.pair.do("deaf");
        this.isDeaf = true;
        this.wasUnable = true;
        break;
      case "listen":
        this.listen();
        break;
      case "others talk":
        this.#other.do(Buffer.from(`${"x".repeat(1000)}\r\n`.repeat(step.lines)));
        break;
      case "pass":
        await this.clock.pass(step.ms);
        break;
      case "turn":
        break;
    }
    await this.clock.turn();
  }

  listen(): void {
    this.pair.listen();
    this.isDeaf = false;
  }

  /** Everything goes its way now: the store works, the peer reads, and its lines have the time that they need. */
  async settle(how: "end" | "reset" | "drain"): Promise<void> {
    this.#release();
    this.listen();
    await this.clock.turn();
    if (how === "reset") return;
    await this.clock.pass(PATIENCE_MS + (how === "end" ? (1000 / FLOOD.floodRate) * this.sent.length : 0));
  }

  get stored(): string[] {
    const entries = this.door.store.entriesOf(LOBBY).filter(({ author, kind }) => author === "one" && kind === 0);
    return entries.map(({ body }) => body);
  }

  /** How many lines their author was told of, that they were not sent. */
  get told(): number {
    return [...this.pair.output.toString().matchAll(TOLD)].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  #nextLine(): string {
    const line = `line ${this.sent.length} ${"y".repeat(this.sent.length % 50)}.`;
    this.sent.push(line);
    return line;
  }

  #send(text: string): void {
    this.pair.do(Buffer.from(text));
  }
}

t.test("any mix on one connection: each line is stored, or its author is told, and no name outlives it", async (t) => {
  const property = fc.asyncProperty(mix, async ({ steps, answers, end }) => {
    const trial = new Trial(answers);
    await trial.start();
    for (const one of steps) await trial.do(one);
    const closedBefore = trial.pair.isClosed || trial.door.telemetry.closes.length > 0;
    if (end === "drain") trial.pair.connection.drain();
    else trial.pair.do(end);
    await trial.settle(end);

    const { stored, told, sent } = trial;
    deepEqual(trial.door.telemetry.failures, []);
    const holders = [...trial.door.context.sessions.all()].map(({ outlet }) => outlet);
    ok(!holders.includes(trial.pair.connection), "its name has not outlived it");
    ok(trial.pair.isClosed, "the connection has ended");
    deepEqual(
      stored,
      sent.filter((line) => stored.includes(line)),
      "in order, and each once",
    );
    const missing = sent.filter((line) => !stored.includes(line));
    const reasons = trial.door.telemetry.closes;
    if (!trial.wasUnable) {
      ok(
        !reasons.includes("no-answer") && !reasons.includes("replaced"),
        `who answers was taken for dead: ${reasons.join()}`,
      );
    }
    const known = told + trial.door.telemetry.unsent;
    ok(missing.length >= known, `${missing.length} lines are missing, and ${known} were told`);
    // What a peer was told that takes nothing is dropped with all else that waits for it.
    if (reasons.includes("too-slow")) return;
    // What was not read when the connection ended is at the end of what was sent.
    const unread = missing.slice(known);
    const isOver = closedBefore || end !== "end" || reasons.some((reason) => reason !== "peer-closed");
    if (!isOver) deepEqual(unread, [], "the peer finished in good order, so everything was read");
    else
      deepEqual(
        missing.slice(missing.length - unread.length),
        sent.slice(sent.length - unread.length),
        "the last ones",
      );
  });
  await holdsInTime(t, property, 150);
});
