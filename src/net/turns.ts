import type { Clock } from "../ports/clock.ts";

/** Bytes of one connection after which it is not read until the next turn. The last read may pass it. */
const MAX_TURN_BYTES = 64 * 1024;
/** Maximum lines of one connection that are handled in a turn. Flood control allows fewer, unless it is off. */
const MAX_TURN_LINES = 64;

/** Numbers the turns of the event loop, so that work in one turn can be bounded. */
export class Turns {
  readonly #clock: Clock;
  #current = 1;
  #isAsked = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Number of this turn: the same within a turn, and another one in each. */
  get current(): number {
    if (!this.#isAsked) {
      this.#isAsked = true;
      this.#clock.soon(() => {
        this.#isAsked = false;
        this.#current += 1;
      });
    }
    return this.#current;
  }

  /** Calls `task` when the turn is over. */
  afterThis(task: () => void): void {
    this.#clock.soon(task);
  }
}

/** The input of a connection, as its pacer knows it. */
export interface Paced {
  /** Called in the next turn after a rest. */
  goOn(): void;
}

/** Limits what one connection may do in a turn: the rest of what it sent waits until others had their turn. */
export class ReadPacer {
  readonly #turns: Turns;
  readonly #input: Paced;
  #turn = 0;
  #bytes = 0;
  #lines = 0;
  #isResting = false;

  constructor(turns: Turns, input: Paced) {
    this.#turns = turns;
    this.#input = input;
  }

  /** Whether the connection is not to be read until the next turn. */
  get isResting(): boolean {
    return this.#isResting;
  }

  read(bytes: number): void {
    this.#beginTurn();
    this.#bytes += bytes;
    if (this.#bytes >= MAX_TURN_BYTES) this.#rest();
  }

  /** Whether one more line may be looked at in this turn. */
  line(): boolean {
    this.#beginTurn();
    this.#lines += 1;
    if (this.#lines <= MAX_TURN_LINES) return true;
    this.#rest();
    return false;
  }

  #beginTurn(): void {
    const turn = this.#turns.current;
    if (turn === this.#turn) return;
    this.#turn = turn;
    this.#bytes = 0;
    this.#lines = 0;
  }

  #rest(): void {
    if (this.#isResting) return;
    this.#isResting = true;
    this.#turns.afterThis(() => {
      this.#isResting = false;
      this.#input.goOn();
    });
  }
}
