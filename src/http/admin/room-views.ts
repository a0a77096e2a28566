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
  /** Null: there is none, or they are not online. */
  readonly owner: string | null;
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

export interface RoomDetailsView extends RoomView {
  /** Names of the people in the room, sorted; `members` counts those that are left out. */
  readonly people: readonly string[];
  /** Names of the room's operators who are online. */
  readonly operators: readonly string[];
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
  const names = namesOf(presence, owners);
  return rooms.map((state) => roomView(state, names));
}

export function roomDetailsView(room: RoomState["room"], presence: Presence, nowMicros: number): RoomDetailsView {
  const { operators, owner } = room.rights;
  const names = namesOf(presence, owner === null ? operators : [owner, ...operators]);
  const { first, count } = presence.namesIn(room.id, MAX_PEOPLE_SHOWN);
  return {
    ...roomView({ room, people: count }, names),
    people: first,
    operators: operators.flatMap((id) => names.get(id) ?? []),
    bans: bansInForce(room.rights, nowMicros).map(roomBanView),
  };
}

function roomView({ room, people }: RoomState, names: ReadonlyMap<number, string>): RoomView {
  const { owner } = room.rights;
  return {
    name: room.name.shown,
    isPrivate: room.isPrivate,
    owner: owner === null ? null : (names.get(owner) ?? null),
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

/** Returns the names of those of these principals who are online. */
function namesOf(presence: Presence, principals: readonly number[]): ReadonlyMap<number, string> {
  const wanted = new Set(principals);
  const names = new Map<number, string>();
  if (wanted.size === 0) return names;
  for (const { id, name } of presence.people()) if (wanted.has(id)) names.set(id, name.shown);
  return names;
}
