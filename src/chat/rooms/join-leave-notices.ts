import type { Name } from "../../domain/names.ts";
import type { Clock } from "../../ports/clock.ts";
import type { FanOut } from "../fan-out.ts";
import type { Member, Room } from "./room.ts";

/** Somebody who joined or left, and their session if it is a member at this node. */
interface Mover {
  readonly name: Name;
  readonly member: Member | null;
}

/** Maximum number of joins and leaves in a window told one by one; in a room of many people, only the first is. */
const TOLD_ONE_BY_ONE = 8;
const MANY_PEOPLE = 100;
/** Length of the window in which joins and leaves are counted: longer where more people have to be told. */
const WINDOW_MS = 1000;
const WINDOW_MS_PER_MEMBER = 0.1;

/** Comings and goings in one room within one window. */
interface Movement {
  told: number;
  joined: Mover[];
  left: Mover[];
}

/** Tells a room's members who joins and leaves: one by one or, when many move at once, in one line each window. */
export class JoinLeaveNotices {
  readonly #clock: Clock;
  readonly #fanOut: FanOut;
  readonly #moving = new Map<Room, Movement>();

  constructor(clock: Clock, fanOut: FanOut) {
    this.#clock = clock;
    this.#fanOut = fanOut;
  }

  /** Tells that somebody joined. @param member their session if it is at this node: it is not told */
  joined(room: Room, { name }: { readonly name: Name }, member: Member | null = null): void {
    this.#moved(room, "joined", { name, member });
  }

  /** Tells that somebody left. @param member as in `joined`: they may be back when it is told */
  left(room: Room, { name }: { readonly name: Name }, member: Member | null = null): void {
    if (room.members.size > 0) this.#moved(room, "left", { name, member });
  }

  #moved(room: Room, type: "joined" | "left", mover: Mover): void {
    const movement = this.#movementIn(room);
    if (this.#isToldAlone(room, movement)) this.#tell(room, type, mover);
    else movement[type].push(mover);
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

  #isToldAlone(room: Room, movement: Movement): boolean {
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
    this.#tellMany(room, "joined", joined);
    this.#tellMany(room, "left", left);
    movement.joined = [];
    movement.left = [];
    this.#endWindowLater(room, movement);
  }

  #tellMany(room: Room, type: "joined" | "left", moved: readonly Mover[]): void {
    const [first] = moved;
    if (!first) return;
    if (moved.length === 1) this.#tell(room, type, first);
    else
      this.#fanOut.tell(room, {
        type: type === "joined" ? "many-joined" : "many-left",
        room: room.label,
        count: moved.length,
      });
  }

  #tell(room: Room, type: "joined" | "left", { name, member }: Mover): void {
    this.#fanOut.tell(room, { type, room: room.label, user: name.shown }, member);
  }
}
