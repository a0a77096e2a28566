import type { Standing } from "./reading.ts";

/** Where somebody is, by what they were told. */
export class Whereabouts {
  /** Rooms, in the order in which they were joined. */
  readonly rooms = new Set<string>();
  /** Where a plain line goes; null: nowhere. */
  current: string | null = null;
  readonly #key: string;

  constructor(name: string) {
    this.#key = name.toLowerCase();
  }

  /** Whether it is this person who joins, and no other whose name is the same. */
  isOwnJoin(standing: Standing): boolean {
    return standing.type === "joined" && standing.who.toLowerCase() === this.#key && !this.rooms.has(standing.room);
  }

  take(standing: Standing): void {
    switch (standing.type) {
      // The lobby says nothing to the first one who comes in.
      case "greeted":
        return this.#enter("lobby");
      case "in-lobby":
        return;
      case "joined":
        return this.isOwnJoin(standing) ? this.#enter(standing.room) : undefined;
      case "talking":
        this.current = standing.room;
        return;
      case "no-lobby":
        return this.#leave("lobby");
      case "left":
      case "put-out":
      case "destroyed":
      case "not-restored":
        return this.#leave(standing.room);
      case "lost-name":
        this.rooms.clear();
        this.current = null;
        return;
      case "began":
      case "restored":
        return;
    }
  }

  #enter(room: string): void {
    this.rooms.add(room);
    this.current = room;
  }

  #leave(room: string): void {
    this.rooms.delete(room);
    if (this.current === room) this.current = null;
  }
}
