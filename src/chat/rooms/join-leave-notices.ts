import { texts } from "../../formats/text/sentences.ts";
import type { FanOut } from "../fan-out.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Room } from "./room.ts";
import { Session } from "../sessions/session.ts";

/** Somebody of this node, or of another. */
interface Mover {
  readonly name: { readonly shown: string };
}

/** So many joins and leaves within a window are told one by one; in a room of many people, only the first. */
const TOLD_ONE_BY_ONE = 8;
const MANY_PEOPLE = 100;
/** How long joins and leaves are gathered: longer where more people have to be told. */
const WINDOW_MS = 1000;
const WINDOW_MS_PER_MEMBER = 0.1;

/** Comings and goings in one room within one window. */
interface Movement {
  told: number;
  joined: Mover[];
  left: Mover[];
}

/**
 * Tells the members of a room who joins and leaves. Telling n people of n others costs n × n lines, so when many come or
 * go at once, they are told in one line each window.
 */
export class JoinLeaveNotices {
  readonly #clock: Clock;
  readonly #delivery: FanOut;
  readonly #moving = new Map<Room, Movement>();

  constructor(clock: Clock, delivery: FanOut) {
    this.#clock = clock;
    this.#delivery = delivery;
  }

  /** Who joined is a member by now, and is not told: they got a line of their own. */
  joined(room: Room, mover: Mover): void {
    const movement = this.#movementIn(room);
    if (this.#isTold(room, movement)) this.#tell(room, texts.joined(mover.name.shown, room.name.shown), mover);
    else movement.joined.push(mover);
  }

  /** Who left is no member any more. */
  left(room: Room, mover: Mover): void {
    if (room.members.size === 0) return;
    const movement = this.#movementIn(room);
    if (this.#isTold(room, movement)) this.#tell(room, texts.left(mover.name.shown, room.name.shown), null);
    else movement.left.push(mover);
  }

  #movementIn(room: Room): Movement {
    let movement = this.#moving.get(room);
    if (!movement) {
      movement = { told: 0, joined: [], left: [] };
      this.#moving.set(room, movement);
      this.#endWindowLater(room, movement);
    }
    return movement;
  }

  #isTold(room: Room, movement: Movement): boolean {
    if (movement.told >= (room.members.size > MANY_PEOPLE ? 1 : TOLD_ONE_BY_ONE)) return false;
    movement.told += 1;
    return true;
  }

  #endWindowLater(room: Room, movement: Movement): void {
    const ms = WINDOW_MS + room.members.size * WINDOW_MS_PER_MEMBER;
    this.#clock.after(ms, () => this.#endWindow(room, movement));
  }

  #endWindow(room: Room, movement: Movement): void {
    const { joined, left } = movement;
    if (room.isDestroyed || (joined.length === 0 && left.length === 0)) {
      this.#moving.delete(room);
      return;
    }
    const name = room.name.shown;
    this.#tellMany(room, joined, texts.joined, texts.manyJoined(joined.length, name));
    this.#tellMany(room, left, texts.left, texts.manyLeft(left.length, name));
    movement.joined = [];
    movement.left = [];
    this.#endWindowLater(room, movement);
  }

  /** One alone is told by name, and not of himself. */
  #tellMany(room: Room, moved: readonly Mover[], one: (name: string, room: string) => string, many: string): void {
    const [first] = moved;
    if (!first) return;
    if (moved.length > 1) this.#tell(room, many, null);
    else this.#tell(room, one(first.name.shown, room.name.shown), first);
  }

  #tell(room: Room, text: string, except: Mover | null): void {
    this.#delivery.notice(room, text, except instanceof Session ? except : null);
  }
}
