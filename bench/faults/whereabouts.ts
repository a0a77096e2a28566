import type { Standing } from "./reading.ts";

const JOIN = "/join ";

/** Where somebody is, by what they were told. */
export class Whereabouts {
  /** Rooms, in the order in which they were joined. */
  readonly rooms = new Set<string>();
  /** Where a plain line goes; null: nowhere. */
  current: string | null = null;
  readonly #name: string;
  readonly #key: string;
  /** Rooms that they have asked to join, and have no answer yet. */
  readonly #asked = new Set<string>();
  /** Rooms that were joined while an earlier room of the name was ending: its end is not theirs. */
  readonly #replaced = new Set<string>();

  constructor(name: string) {
    this.#name = name;
    this.#key = name.toLowerCase();
  }

  /** Whether it is this person who joins, and no other whose name is the same. */
  isOwnJoin(standing: Standing): boolean {
    if (standing.type !== "joined" || standing.who.toLowerCase() !== this.#key) return false;
    const { room, who } = standing;
    return !this.rooms.has(room) || (who === this.#name && this.#asked.has(room));
  }

  /** The person types a line. */
  types(text: string): void {
    if (text.startsWith(JOIN)) this.#asked.add(text.slice(JOIN.length));
  }

  /** All that was typed is answered. */
  settles(): void {
    this.#asked.clear();
  }

  /** Whether somebody is told of the end of a room that was not there any more when they came into the next of its name. */
  isEndOfEarlier(standing: Standing): boolean {
    return isEnd(standing) && this.#replaced.has(standing.room);
  }

  take(standing: Standing): void {
    switch (standing.type) {
      // Next comes where the person is, or that the lobby cannot be entered.
      case "greeted":
        return this.#enter("lobby");
      case "in-lobby":
        return;
      case "joined":
        if (!this.isOwnJoin(standing)) return;
        if (this.rooms.has(standing.room)) this.#replaced.add(standing.room);
        return this.#enter(standing.room);
      case "talking":
        this.current = standing.room;
        return;
      case "no-lobby":
        return this.#leave("lobby");
      case "destroyed":
      case "not-restored":
        return this.#replaced.delete(standing.room) ? undefined : this.#leave(standing.room);
      case "left":
      case "put-out":
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
    this.#replaced.delete(room);
    this.rooms.delete(room);
    if (this.current === room) this.current = null;
  }
}

/** The room is not there any more. */
function isEnd(standing: Standing): standing is Extract<Standing, { type: "destroyed" | "not-restored" }> {
  return standing.type === "destroyed" || standing.type === "not-restored";
}
