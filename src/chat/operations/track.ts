import type { Committed } from "../../domain/entry.ts";
import { SAY } from "../../domain/permissions.ts";
import { applicationActor } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Application } from "../applications/applications.ts";
import { TRACKING_ROOM, trackingRoomOf } from "../applications/tracking-rooms.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";

type RoomParts = Pick<Context, "held" | "store" | "subscriptions">;

/**
 * Stores an event in the application's room `tracking`, which is made with the first one. Resolves with where it is stored,
 * rejects with a `Refusal` or a `StoreError`.
 * @param json as `readTrackedData` returns it
 */
export async function track(
  parts: RoomParts & Pick<Context, "pipeline">,
  application: Application,
  json: string,
): Promise<Committed> {
  const room = await trackingRoom(parts, application);
  // The next event needs no query while the room is held.
  const held = parts.held.hold(room);
  if (held) await held;
  const actor = applicationActor(application.id, null);
  return parts.pipeline.perform(room, { actor, action: SAY, change: { kind: "tracked", text: json } });
}

async function trackingRoom({ store, subscriptions }: RoomParts, application: Application): Promise<Room> {
  const name = trackingRoomOf(application);
  const found = await subscriptions.find(name);
  if (found) return found;
  const { who } = applicationActor(application.id, null);
  const record = await store.createRoom({
    application: application.id,
    name: TRACKING_ROOM,
    isPrivate: false,
    authorId: who.id,
    author: who.name.shown,
  });
  // Without a record, another event has made it meanwhile, or the application has ended.
  const room = record ? subscriptions.learnRecord(record) : await subscriptions.find(name);
  if (!room) throw new Refusal("no-such-application");
  return room;
}
