import type { Dialect } from "../peers/dialect.ts";
import type { Person } from "./person.ts";
import { quiet } from "./person.ts";
import { membersOf } from "./room.ts";
import type { Room } from "./room.ts";

/** One line that is always in flight: said again by the same person when the room's observer has seen it. */
interface Slot {
  readonly sender: Person;
  readonly line: string;
  /** When it was last said, ms. */
  saidAt: number;
  /** How often it was said. */
  said: number;
}

const filler = "x".repeat(60);

/** People talking in rooms in a closed loop, and the proof that everybody got every line. */
export class Talk {
  /** From said to seen by the observer, ms. Emptied by whoever measures. */
  latenciesMs: number[] = [];
  /** Length of each line as it is received, bytes; 0 before the first. */
  lineBytes = 0;
  readonly #rooms: readonly Room[];
  readonly #slots: Slot[] = [];
  readonly #before = new Map<Person, number>();
  /** How many lines may still be said. */
  #left = 0;
  #inFlight = 0;
  #onDone: () => void = () => {};

  constructor(dialect: Dialect, rooms: readonly Room[], linesInFlight: number) {
    this.#rooms = rooms;
    const perRoom = linesInFlight / rooms.length;
    for (const room of rooms) {
      room.observer.listener = this.#observe();
      for (let nth = 0; nth < perRoom; nth++) {
        const sender = room.others[nth % room.others.length];
        if (sender === undefined) throw new Error("a room needs two people");
        const line = dialect.say(room.name, `T=${String(this.#slots.length).padStart(5, "0")} ${filler}`);
        this.#slots.push({ sender, line, saidAt: 0, said: 0 });
      }
      for (const person of membersOf(room)) this.#before.set(person, person.bytes);
    }
  }

  /** Says so many lines, or goes on until `stop`; resolves when all of them were seen. */
  start(lines = Number.POSITIVE_INFINITY): Promise<void> {
    this.#left = lines;
    const done = new Promise<void>((resolve) => {
      this.#onDone = resolve;
    });
    const now = performance.now();
    for (const slot of this.#slots) this.#say(slot, now);
    return done;
  }

  stop(): void {
    this.#left = 0;
  }

  /** Fails unless each person got exactly the lines that others said in the room. */
  async verify(): Promise<void> {
    await quiet([...this.#before.keys()], 500);
    for (const room of this.#rooms) {
      const total = this.#linesSaid((slot) => room.others.includes(slot.sender));
      for (const person of membersOf(room)) {
        const due = (total - this.#linesSaid((slot) => slot.sender === person)) * this.lineBytes;
        const got = person.bytes - (this.#before.get(person) ?? 0);
        if (got !== due) throw new Error(`${person.name} in ${room.name} got ${got} bytes of ${due}`);
      }
    }
  }

  #linesSaid(where: (slot: Slot) => boolean): number {
    return this.#slots.filter(where).reduce((sum, slot) => sum + slot.said, 0);
  }

  #say(slot: Slot, now: number): void {
    if (this.#left <= 0) return;
    this.#left--;
    this.#inFlight++;
    slot.said++;
    slot.saidAt = now;
    slot.sender.send(slot.line);
  }

  #observe(): (text: string) => void {
    let rest = "";
    return (chunk) => {
      const now = performance.now();
      const text = rest + chunk;
      let from = 0;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
        this.#seen(text.slice(from, end + 1), now);
        from = end + 1;
      }
      rest = text.slice(from);
    };
  }

  #seen(line: string, now: number): void {
    const mark = line.indexOf("T=") + 2;
    const slot = this.#slots[Number(line.slice(mark, mark + 5))];
    if (this.lineBytes === 0) this.lineBytes = line.length;
    if (slot === undefined || line.length !== this.lineBytes) throw new Error(`an unexpected line: ${line.trim()}`);
    this.latenciesMs.push(now - slot.saidAt);
    this.#inFlight--;
    this.#say(slot, now);
    if (this.#inFlight === 0) this.#onDone();
  }
}
