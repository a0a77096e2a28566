import { SERVER } from "../../domain/principal.ts";
import type { Context } from "../context.ts";
import type { Room } from "./room.ts";

/** Number of rooms that are ended together: they share a few commits, and are far from what may wait for the store. */
const AT_ONCE = 500;

/** Ends the private rooms that are nobody's and where nobody is: they ended with their owner, whose process died. */
export async function endPrivateRooms(
  parts: Pick<Context, "pipeline" | "presence" | "rooms" | "telemetry">,
): Promise<void> {
  const rooms = [...parts.rooms.all()].filter(
    (room) => room.isPrivate && room.owner === null && parts.presence.countIn(room.id) === 0,
  );
  for (let next = 0; next < rooms.length; next += AT_ONCE) {
    await Promise.all(rooms.slice(next, next + AT_ONCE).map((room) => end(parts, room)));
  }
}

async function end({ pipeline, telemetry }: Pick<Context, "pipeline" | "telemetry">, room: Room): Promise<void> {
  try {
    await pipeline.perform(room, { actor: SERVER, action: { type: "destroy" }, change: { kind: "destroyed" } });
  } catch (error) {
    // With a store that takes nothing they stay, and nobody sees them; another node may have been first.
    if (!room.isDestroyed) telemetry.storeHealth(error);
  }
}
