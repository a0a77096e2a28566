import type { Entry } from "../../domain/entry.ts";
import type { Name } from "../../domain/names.ts";
import { refusalOf } from "../../domain/permissions.ts";
import { type Actor, operator, OPERATOR_NAME, type UserRef } from "../../domain/principal.ts";
import type { FirstOf, RoomRecord } from "../../ports/store.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";
import { audit } from "./administer.ts";
import { destroyRoom } from "./destroy-room.ts";
import { readHistory } from "./read-history.ts";
import { sayAndWait } from "./say.ts";
import { setTopic } from "./set-topic.ts";
import { transfer } from "./transfer.ts";
import { unban } from "./unban.ts";

type AuditParts = Pick<Context, "telemetry">;
type ChangeParts = AuditParts & Pick<Context, "clock" | "pipeline">;

/** What the operator is shown of a room, and how many people are in it on all nodes. */
export interface RoomState {
  readonly room: Pick<RoomRecord, "atMicros" | "id" | "isPrivate" | "name" | "rights" | "seq" | "topic">;
  readonly people: number;
}

/**
 * Resolves with the rooms that the operator may see, which are all: those with the most people first, then by name; at
 * most `limit`. Rejects with a `StoreError`.
 */
export async function listAllRooms(
  { clock, listings, rooms, store }: Pick<Context, "clock" | "listings" | "rooms" | "store">,
  actor: Actor,
  limit: number,
): Promise<FirstOf<RoomState>> {
  const nowMicros = clock.micros();
  const hidden = [...rooms.all()].filter(
    (room) => room.isPrivate && refusalOf(actor, { type: "see" }, room, nowMicros) === null,
  );
  const { first, count } = listings.roomsWith(hidden, limit);
  if (!store.isShared) return { first, count };
  // What this node knows of rooms that nobody here is in may be outdated.
  const records = await store.rooms({ ids: first.map(({ room }) => room.id) });
  const recordOf = new Map(records.map((record) => [record.id, record]));
  const current = first.flatMap(({ room, people }) => {
    const record = recordOf.get(room.id);
    return record ? [{ room: record, people }] : [];
  });
  return { first: current, count: count - (first.length - current.length) };
}

/** As `readHistory`, and in the audit log: the operator reads what people said among themselves. */
export async function inspectHistory(
  parts: AuditParts & Pick<Context, "clock" | "store">,
  actor: Actor,
  room: Room,
  limit: number,
): Promise<readonly Entry[]> {
  const messages = await readHistory(parts, actor, room, limit);
  audit(parts, actor, "history", null, room);
  return messages;
}

/** Says something in a room as the operator, who is not named; the audit log names them. Rejects with a `Refusal`. */
export async function administerSay(parts: ChangeParts, actor: Actor, room: Room, text: string): Promise<void> {
  await sayAndWait(parts, operator(OPERATOR_NAME), room, { kind: "said", text });
  audit(parts, actor, "say", null, room);
}

/** As `setTopic`, and in the audit log. */
export async function administerTopic(parts: ChangeParts, actor: Actor, room: Room, text: string): Promise<void> {
  await setTopic(parts, actor, room, text);
  audit(parts, actor, "set-topic", null, room);
}

/** As `unban`, and in the audit log. Resolves with the banned name. */
export async function administerUnban(
  parts: ChangeParts,
  actor: Actor,
  room: Room,
  user: Name | null,
): Promise<string> {
  const { name } = await unban(parts, actor, room, user);
  audit(parts, actor, "unban", name, room);
  return name;
}

/** As `transfer`, and in the audit log. */
export async function administerOwner(
  parts: ChangeParts,
  actor: Actor,
  room: Room,
  user: UserRef | null,
): Promise<void> {
  await transfer(parts, actor, room, user);
  audit(parts, actor, "transfer", user && user.name.shown, room);
}

/** As `destroyRoom`, and in the audit log. */
export async function administerEnd(parts: ChangeParts, actor: Actor, room: Room): Promise<void> {
  await destroyRoom(parts, actor, room);
  audit(parts, actor, "destroy", null, room);
}
