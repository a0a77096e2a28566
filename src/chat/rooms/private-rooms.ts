import { SERVER } from "../../domain/principal.ts";
import type { Context } from "../context.ts";
import type { Room } from "./room.ts";

/** Number of rooms that are ended together: few commits, and far below the bounds on queued entries. */
const AT_ONCE = 500;

/** Whether a private room has nobody any more: no owner, nobody in it, and nobody who may come back to it. */
export function isDeserted(room: Room): boolean {
  return room.isPrivate && room.owner === null && room.isAbandoned;
}

/** Ends deserted rooms: their owner's process died before it could end them. */
export async function endPrivateRooms(parts: Pick<Context, "pipeline" | "rooms" | "telemetry">): Promise<void> {
  const rooms = [...parts.rooms.all()].filter(isDeserted);
  for (let next = 0; next < rooms.length; next += AT_ONCE) {
    await Promise.all(rooms.slice(next, next + AT_ONCE).map((room) => end(parts, room)));
  }
}

async function end({ pipeline, telemetry }: Pick<Context, "pipeline" | "telemetry">, room: Room): Promise<void> {
  try {
    await pipeline.perform(room, { actor: SERVER, action: { type: "destroy" }, change: { kind: "destroyed" } });
  } catch (error) {
    // If the store takes nothing, the room stays, and nobody sees it. Another node may have been first.
    if (!room.isDestroyed) telemetry.storeHealth(error);
  }
}
