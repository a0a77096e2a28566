import type { Dialect } from "../peers/dialect.ts";
import type { Person } from "./person.ts";
import { quiet } from "./person.ts";
import { membersOf } from "./room.ts";
import type { Room } from "./room.ts";

/** One line that is always in flight: said again by the same person when everybody in the room has got it. */
interface Slot {
  readonly sender: Person;
  readonly line: string;
  /** When it was last said, ms. */
  saidAt: number;
  /** How often it was said. */
  said: number;
}

/** What is in flight in one room. Lines are of one length, so the bytes that all its people got tell how many are through. */
interface Flight {
  readonly receivers: number;
  /** In the order in which they were said. */
  slots: Slot[];
  /** Of the oldest line in flight. */
  bytes: number;
}

const filler = "x".repeat(60);

/** People talking in rooms in a closed loop, and the proof that everybody got every line. */
export class Talk {
  /** From said until as many bytes had come as everybody's copies have, ms. Emptied by whoever measures. */
  latenciesMs: number[] = [];
  /** Length of each line as it is received, bytes; 0 before the first. */
  lineBytes = 0;
  readonly #rooms: readonly Room[];
  readonly #slots: Slot[] = [];
  readonly #flights: Flight[] = [];
  readonly #before = new Map<Person, number>();
  /** How many lines may still be said. */
  #left = 0;
  #inFlight = 0;
  #onDone: () => void = () => {};

  constructor(dialect: Dialect, rooms: readonly Room[], linesInFlight: number) {
    this.#rooms = rooms;
    const perRoom = linesInFlight / rooms.length;
    for (const room of rooms) {
      const slots = Array.from({ length: perRoom }, (_, nth) => {
        const sender = room.others[nth % room.others.length];
        if (sender === undefined) throw new Error("a room needs two people");
        const line = dialect.say(room.name, `T=${String(this.#slots.length + nth).padStart(5, "0")} ${filler}`);
        return { sender, line, saidAt: 0, said: 0 };
      });
      this.#slots.push(...slots);
      this.#flights.push({ receivers: room.others.length, slots, bytes: 0 });
      for (const person of membersOf(room)) this.#before.set(person, person.bytes);
    }
  }

  /** Says so many lines, or goes on until `stop`; resolves when all of them have come to everybody. */
  async start(lines = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.lineBytes === 0) await this.#measureLine();
    this.#left = lines;
    const done = new Promise<void>((resolve) => {
      this.#onDone = resolve;
    });
    for (const [nth, room] of this.#rooms.entries()) {
      const flight = this.#flights[nth];
      if (flight === undefined) continue;
      for (const person of membersOf(room)) person.counter = (bytes) => this.#came(flight, bytes);
      const now = performance.now();
      for (const slot of flight.slots.splice(0)) this.#say(flight, slot, now);
    }
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

  #say(flight: Flight, slot: Slot, now: number): void {
    if (this.#left <= 0) return;
    this.#left--;
    this.#inFlight++;
    slot.said++;
    slot.saidAt = now;
    flight.slots.push(slot);
    slot.sender.send(slot.line);
  }

  #came(flight: Flight, bytes: number): void {
    flight.bytes += bytes;
    const needed = flight.receivers * this.lineBytes;
    while (flight.bytes >= needed) {
      flight.bytes -= needed;
      const slot = flight.slots.shift();
      if (slot === undefined) throw new Error("more came than was said");
      const now = performance.now();
      this.latenciesMs.push(now - slot.saidAt);
      this.#inFlight--;
      this.#say(flight, slot, now);
    }
    if (this.#inFlight > 0) return;
    for (const person of this.#before.keys()) person.counter = null;
    this.#onDone();
  }

  /** How long a line is when it comes: one is said, and the observer of its room looks at it. */
  async #measureLine(): Promise<void> {
    const [slot] = this.#slots;
    const observer = this.#rooms[0]?.observer;
    if (slot === undefined || observer === undefined) throw new Error("nobody talks");
    const heard = observer.hear("\n");
    slot.said++;
    slot.sender.send(slot.line);
    this.lineBytes = (await heard).length;
    await quiet([...this.#before.keys()], 300);
  }
}
