import type { Dialect } from "../peers/dialect.ts";
import type { Person } from "./person.ts";
import { membersOf, type Room } from "./room.ts";

const TOKEN_BYTES = "T=00000000".length;
const TICK_MS = 10;

/** What is heard of a line. */
export interface Heard {
  /** From said until this person had it, ms. */
  readonly latencyMs: number;
  readonly line: number;
  readonly by: Person;
  readonly from: Person;
}

/**
 * So many lines a second over all rooms, whether or not they are delivered in time: rooms take turns, and in each room its
 * people. Everybody listens.
 */
export class PacedTalk {
  lines = 0;
  /** Called for each line that somebody hears. */
  onHeard: (heard: Heard) => void = () => {};
  readonly #saidAt = new Map<number, { readonly at: number; readonly from: Person; left: number }>();
  readonly #dialect: Dialect;
  readonly #rooms: readonly Room[];
  readonly #linesPerSecond: number;
  readonly #filler: string;
  #timer: NodeJS.Timeout | null = null;

  constructor(dialect: Dialect, rooms: readonly Room[], linesPerSecond: number, filler = "x".repeat(60)) {
    this.#dialect = dialect;
    this.#rooms = rooms;
    this.#linesPerSecond = linesPerSecond;
    this.#filler = filler;
  }

  /** Bytes of text of each line. */
  get textBytes(): number {
    return TOKEN_BYTES + 1 + this.#filler.length;
  }

  /** Lines that somebody has not heard yet. */
  get waiting(): number {
    return this.#saidAt.size;
  }

  start(): void {
    for (const room of this.#rooms)
      for (const person of membersOf(room)) listen(person, (line) => this.#heard(person, line));
    const startedAt = performance.now();
    const first = this.lines;
    this.#timer = setInterval(() => {
      const due = ((performance.now() - startedAt) / 1000) * this.#linesPerSecond;
      while (this.lines - first < due) this.#say();
    }, TICK_MS);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  #say(): void {
    const line = (this.lines += 1);
    const room = this.#rooms[line % this.#rooms.length];
    if (room === undefined) throw new Error("nobody talks");
    const people = membersOf(room);
    const from = people[Math.floor(line / this.#rooms.length) % people.length] ?? room.observer;
    this.#saidAt.set(line, { at: performance.now(), from, left: people.length - 1 });
    from.send(this.#dialect.say(room.name, `T=${String(line).padStart(8, "0")} ${this.#filler}`));
  }

  #heard(by: Person, line: number): void {
    const said = this.#saidAt.get(line);
    if (said === undefined) return;
    said.left -= 1;
    if (said.left === 0) this.#saidAt.delete(line);
    this.onHeard({ latencyMs: performance.now() - said.at, line, by, from: said.from });
  }
}

function listen(person: Person, heard: (line: number) => void): void {
  let tail = "";
  person.listener = (text) => {
    const all = tail + text;
    for (const [token] of all.matchAll(/T=\d{8}/g)) heard(Number(token.slice(2)));
    tail = all.slice(-TOKEN_BYTES + 1);
  };
}
