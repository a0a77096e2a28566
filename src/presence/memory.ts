import type { Clock } from "../ports/clock.ts";
import type { Newcomer } from "../ports/presence.ts";
import { RosterPresence } from "./roster-presence.ts";

/** Who holds which name, and who is in which room, on a node that is alone. */
export class MemoryPresence extends RosterPresence {
  readonly #clock: Pick<Clock, "micros">;

  constructor(clock: Pick<Clock, "micros">) {
    super();
    this.#clock = clock;
  }

  override claim({ id, name, address, sinceMicros }: Newcomer): Promise<boolean> {
    if (this.roster.find(name.key)) return Promise.resolve(false);
    this.roster.add({ id, name, address, sinceMicros, rooms: new Map(), node: null });
    return Promise.resolve(true);
  }

  override release(session: number): void {
    this.roster.remove(session);
  }

  override joined(session: number, room: number): void {
    this.roster.enter(session, room, this.#clock.micros());
  }

  override left(session: number, room: number): void {
    this.roster.leave(session, room);
  }

  override goneOf(sessions: readonly number[]): Promise<readonly number[]> {
    return Promise.resolve(sessions.filter((id) => !this.roster.has(id)));
  }

  /** Nobody is elsewhere, so there is nothing to tell. */
  override listen(): void {}
}
