import type { RoomState } from "../../chat/operations/administer-rooms.ts";
import { type Entry, type MessageKind, messageKind } from "../../domain/entry.ts";
import { type Ban, bansInForce } from "../../domain/rights.ts";
import type { Presence } from "../../ports/presence.ts";
import { timeOf } from "./views.ts";

/** Rooms as the operator is shown them, as JSON. Times are RFC 3339. */

/** Maximum numbers of rooms, of people in a room, and of messages that one answer has. */
export const MAX_ROOMS_SHOWN = 1000;
const MAX_PEOPLE_SHOWN = 1000;
export const MAX_MESSAGES_SHOWN = 1000;

export interface RoomView {
  readonly name: string;
  readonly isPrivate: boolean;
  /** Null: there is none. */
  readonly owner: string | null;
  /** Until when the owner, whose connection broke, may come back; null: they are online, or there is none. */
  readonly ownerAwayUntil: string | null;
  readonly members: number;
  readonly messages: number;
  /** When something was last said, or changed. */
  readonly lastAt: string;
  readonly topic: string;
}

/** The rooms with the most people, and how many rooms there are. */
export interface RoomsView {
  readonly rooms: readonly RoomView[];
  readonly count: number;
}

export interface RoomBanView {
  readonly name: string;
  /** Null: until it is lifted. */
  readonly until: string | null;
}

/** Somebody whose connection broke, and who may come back until then. */
export interface AwayView {
  readonly name: string;
  readonly until: string;
}

export interface RoomDetailsView extends RoomView {
  /** Names of the people in the room, sorted; `members` counts those that are left out. */
  readonly people: readonly string[];
  /** Names of the room's operators who are online. */
  readonly operators: readonly string[];
  readonly operatorsAway: readonly AwayView[];
  /** Number of those whose connection broke, and who were in the room, or own or operate it. */
  readonly away: number;
  readonly bans: readonly RoomBanView[];
}

export interface MessageView {
  readonly seq: number;
  readonly at: string;
  readonly author: string;
  readonly kind: MessageKind;
  readonly text: string;
}

export function roomViews(rooms: readonly RoomState[], presence: Presence): RoomView[] {
  const owners = rooms.flatMap(({ room }) => room.rights.owner ?? []);
  const keepers = keepersOf(presence, owners);
  return rooms.map((state) => roomView(state, keepers));
}

export function roomDetailsView(room: RoomState["room"], presence: Presence, nowMicros: number): RoomDetailsView {
  const { operators, owner } = room.rights;
  const keepers = keepersOf(presence, owner === null ? operators : [owner, ...operators]);
  const { first, count } = presence.namesIn(room.id, MAX_PEOPLE_SHOWN);
  const operating = operators.flatMap((id) => keepers.get(id) ?? []);
  const away = [...presence.away()].filter(({ id, rooms }) => keepers.has(id) || rooms.includes(room.id));
  return {
    ...roomView({ room, people: count }, keepers),
    people: first,
    operators: operating.filter(({ awayUntil }) => awayUntil === null).map(({ name }) => name),
    operatorsAway: operating.flatMap(({ name, awayUntil }) => (awayUntil === null ? [] : { name, until: awayUntil })),
    away: away.length,
    bans: bansInForce(room.rights, nowMicros).map(roomBanView),
  };
}

function roomView({ room, people }: RoomState, keepers: ReadonlyMap<number, Keeper>): RoomView {
  const owner = keepers.get(room.rights.owner ?? 0);
  return {
    name: room.name.shown,
    isPrivate: room.isPrivate,
    owner: owner?.name ?? null,
    ownerAwayUntil: owner?.awayUntil ?? null,
    members: people,
    messages: room.seq,
    lastAt: timeOf(room.atMicros),
    topic: room.topic,
  };
}

function roomBanView({ name, untilMicros }: Ban): RoomBanView {
  return { name, until: untilMicros === null ? null : timeOf(untilMicros) };
}

export function messageView({ seq, atMicros, author, kind, body }: Entry): MessageView {
  return { seq, at: timeOf(atMicros), author, kind: messageKind(kind), text: body };
}

/** Somebody who has rights in a room. `awayUntil` null: they are online. */
interface Keeper {
  readonly name: string;
  readonly awayUntil: string | null;
}

/** Returns those of these principals who are online, or may come back. */
function keepersOf(presence: Presence, principals: readonly number[]): ReadonlyMap<number, Keeper> {
  const wanted = new Set(principals);
  const keepers = new Map<number, Keeper>();
  if (wanted.size === 0) return keepers;
  for (const { id, name, untilMicros } of presence.away()) {
    if (wanted.has(id)) keepers.set(id, { name: name.shown, awayUntil: timeOf(untilMicros) });
  }
  // Whoever has just come back is known to be here.
  for (const { id, name } of presence.people()) {
    if (wanted.has(id)) keepers.set(id, { name: name.shown, awayUntil: null });
  }
  return keepers;
}
