import { StoreError } from "../../../src/ports/store-error.ts";
import type { Database, Outcome, Rows } from "./database.ts";
import type { Machine } from "./machine.ts";
import type { Statement } from "./statements.ts";
import type { Purpose, Weather } from "./weather.ts";

interface Question {
  readonly statement: Statement;
  readonly resolve: (rows: Rows) => void;
  readonly reject: (error: unknown) => void;
}

/** As in src/postgres/connection.ts. */
const MAX_GRACE_MS = 1000;
const GRACE_PART = 0.5;
const REST_MS = 100;

/** A node's connection to the database, with what chatd makes of it: one query after the other, each with a deadline. */
export class Link {
  readonly #machine: Machine;
  readonly #database: Database;
  readonly #weather: Weather;
  readonly #node: number;
  readonly #purpose: Purpose;
  readonly #deadlineMs: number;
  readonly #waiting: Question[] = [];
  #isAsking = false;
  #isConnected = false;
  #restUntilMs = 0;
  /** The connection breaks while something is asked. */
  #break: (() => void) | null = null;

  constructor(
    machine: Machine,
    database: Database,
    weather: Weather,
    { node, purpose, deadlineMs }: { readonly node: number; readonly purpose: Purpose; readonly deadlineMs: number },
  ) {
    this.#machine = machine;
    this.#database = database;
    this.#weather = weather;
    this.#node = node;
    this.#purpose = purpose;
    this.#deadlineMs = deadlineMs;
    database.onEnd(() => machine.post(() => this.#broken(), weather.shortMs()));
  }

  query(name: string | null, text: string, values: readonly unknown[] = []): Promise<Rows> {
    return new Promise((resolve, reject) => {
      // Arrays of the caller may be others by the time they are sent.
      this.#waiting.push({ statement: { name, text, values: [...values] }, resolve, reject });
      if (!this.#isAsking) void this.#askAll();
    });
  }

  async close(): Promise<void> {}

  async #askAll(): Promise<void> {
    this.#isAsking = true;
    while (this.#waiting.length > 0) {
      try {
        if (!this.#isConnected) await this.#connect();
        const question = this.#waiting.shift();
        if (question) await this.#ask(question);
      } catch (error) {
        for (const { reject } of this.#waiting.splice(0)) reject(error);
      }
    }
    this.#isAsking = false;
  }

  /** Logs in, which takes an answer of the database, too. */
  async #connect(): Promise<void> {
    const { clock } = this.#machine;
    if (clock.monotonicMs() < this.#restUntilMs) throw this.#unreached("it is left alone for a moment");
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const late = clock.after(this.#deadlineMs, () => reject(this.#unreached("cannot connect in time")));
    const fate = this.#weather.fateOf(this.#node, this.#purpose, true);
    const isTaken = this.#database.isUp && fate.isRun && fate.refusal === null && fate.answer !== "reset";
    if (isTaken && fate.answer === "comes") this.#machine.post(resolve, fate.requestMs + fate.answerMs);
    else if (fate.answer !== "lost") {
      this.#machine.post(() => reject(this.#unreached("cannot connect")), fate.requestMs);
    }
    try {
      await promise;
      this.#isConnected = this.#database.isUp;
    } catch (error) {
      this.#restUntilMs = clock.monotonicMs() + REST_MS;
      throw error;
    } finally {
      late.cancel();
    }
  }

  #ask({ statement, resolve, reject }: Question): Promise<void> {
    const answered = Promise.withResolvers<void>();
    let isOver = false;
    const end = (what: () => void): void => {
      if (isOver) return;
      isOver = true;
      this.#break = null;
      late.cancel();
      what();
      answered.resolve();
    };
    const fail = (error: StoreError): void => {
      this.#isConnected = false;
      reject(error);
    };
    const patienceMs = this.#deadlineMs + Math.min(this.#deadlineMs * GRACE_PART, MAX_GRACE_MS);
    const late = this.#machine.clock.after(patienceMs, () => {
      end(() => fail(this.#unavailable(`no answer within ${patienceMs} ms`)));
    });
    this.#break = () => end(() => fail(this.#unavailable("the connection broke")));
    const take = (outcome: Outcome): void => {
      if (outcome.type === "rows") resolve(outcome.rows);
      else if (outcome.type === "reset") fail(this.#unavailable("the connection broke"));
      else reject(new StoreError(outcome.code, `ask the database (${this.#purpose})`));
    };
    const fate = this.#weather.fateOf(this.#node, this.#purpose);
    this.#database.run(`node ${this.#node}`, statement, fate, (outcome) => {
      this.#machine.post(() => end(() => take(outcome)));
    });
    return answered.promise;
  }

  #broken(): void {
    this.#isConnected = false;
    this.#break?.();
  }

  #unreached(why: string): StoreError {
    return new StoreError("unreached", `connect to the database (${this.#purpose}): ${why}`);
  }

  #unavailable(why: string): StoreError {
    return new StoreError("unavailable", `ask the database (${this.#purpose}): ${why}`);
  }
}
