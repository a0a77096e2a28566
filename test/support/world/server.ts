import { keptUntilMicros, seenBeforeCrashMicros } from "../../../src/chat/sessions/returning.ts";
import { MemoryPresence } from "../../../src/presence/memory.ts";
import { ControlledStore } from "./controlled-store.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakePeopleStore } from "./kept-people.ts";
import { World } from "./people.ts";

export const GRACE_MS = 600_000;
/** After that time everything is written that is kept. */
export const WRITTEN_MS = 5000;

/** Processes, one after the other, that keep people. */
export class Server {
  readonly #clock = new FakeClock();
  readonly #store = new ControlledStore(this.#clock);
  people = new FakePeopleStore();
  #lastId = 100;

  get clock(): FakeClock {
    return this.#clock;
  }

  async start(graceMs = GRACE_MS): Promise<World> {
    const clock = this.#clock;
    const presence = new MemoryPresence(clock);
    const untilMicros = keptUntilMicros({ clock, graceMs });
    await presence.keep({ store: this.people, health: () => {}, untilMicros, seenBeforeCrash: seenBeforeCrashMicros });
    const world = new World({ graceMs }, clock, this.#store, presence);
    world.lastId = this.#lastId += 1000;
    await world.start();
    return world;
  }

  /** The process is killed, after all was written that is kept. */
  async crash(): Promise<void> {
    await this.#clock.pass(WRITTEN_MS);
    // What is left of the process before writes to another one.
    this.people = this.people.copy();
    this.people.lastEntryMicros = this.#clock.micros() - WRITTEN_MS * 1000;
    this.#store.restart();
  }
}
