import type { Name } from "../domain/names.ts";
import type { UserRef } from "../domain/principal.ts";

/** Where a session is, and what it goes on with when it comes back. */
export interface Place {
  /** Rooms that it is in, in the order in which it joined them. */
  readonly rooms: readonly number[];
  /** The room that it talks in; null: none. */
  readonly current: number | null;
  /**
   * Names of the rooms that it is in, in their order, and then of rooms that it was in: what is for one of them is said in no
   * other. Some are keys: of rooms that it was in, and where an earlier chatd wrote them.
   */
  readonly knownRooms: readonly string[];
  readonly showsTime: boolean;
  /** Who whispered to it last; null: nobody has. */
  readonly lastWhisperer: UserRef | null;
  /** Names that it ignores. */
  readonly ignored: readonly Name[];
  /** The application whose rooms a bare name means; null: `main`. */
  readonly application: number | null;
  /** Applications whose token it has shown. */
  readonly entered: readonly number[];
}

export const NOWHERE: Place = {
  rooms: [],
  current: null,
  knownRooms: [],
  showsTime: false,
  lastWhisperer: null,
  ignored: [],
  application: null,
  entered: [],
};

/** A session of this node, whose place may be asked for at any time. */
export interface Placed {
  readonly id: number;
  readonly place: Place;
}

/**
 * Numbers of the codes by which somebody may come back to a session from any address, those of whoever has shown most first.
 * The last one is that of the code which was told last.
 */
export type CodeNumbers = readonly number[];

/** Those of a new session. */
export const FIRST_CODES: CodeNumbers = [0];

/**
 * What somebody would lose who is not kept: nothing, as an invitation is not theirs alone; a private room in which they were
 * alone; what they do as an operator; or a room that they own or made. Of whom it is not known, it may be that.
 */
export const STANDINGS = { none: 0, alone: 1, operator: 2, owner: 3, unknown: 3 } as const;

/** What a session leaves behind whose connection broke. */
export interface Leaving extends Place {
  /** All rooms that it has rights in; null: that is not known. */
  readonly hasRightsIn: readonly number[] | null;
  /** The highest of `STANDINGS` that it has in a room. */
  readonly standing: number;
  /** What was said later may not have reached it, in microseconds since 1970. */
  readonly seenMicros: number;
  /** Until when its name and its rights are kept, in microseconds since 1970. */
  readonly untilMicros: number;
  /** Whether nobody comes back to it by their address alone: its person was asked for a sign, and may still be there. */
  readonly needsCode: boolean;
}

/** Somebody whose connection broke, and who may come back as the same session. */
export interface Absence extends Leaving {
  /** The id of their session. */
  readonly id: number;
  readonly name: Name;
  readonly address: string;
  readonly sinceMicros: number;
  readonly codes: CodeNumbers;
}
