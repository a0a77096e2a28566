import type { Name } from "../domain/names.ts";

/** What a session leaves behind whose connection broke. */
export interface Leaving {
  /** Rooms that it was in, in the order in which it joined them. */
  readonly rooms: readonly number[];
  /** The room that it talked in; null: none. */
  readonly current: number | null;
  /** Rooms beside those that it has rights in; null: that is not known. */
  readonly hasRightsIn: readonly number[] | null;
  /** Names that it ignored. */
  readonly ignored: readonly Name[];
  /** What was said later may not have reached it, in microseconds since 1970. */
  readonly seenMicros: number;
  /** Until when its name and its rights are kept, in microseconds since 1970. */
  readonly untilMicros: number;
}

/** Somebody whose connection broke, and who may come back as the same session. */
export interface Absence extends Leaving {
  /** The id of their session. */
  readonly id: number;
  readonly name: Name;
  readonly address: string;
  readonly sinceMicros: number;
}
