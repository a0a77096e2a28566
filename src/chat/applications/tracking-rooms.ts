import { labelOf, type Name, nameAtPath, parseRoomPath } from "../../domain/names.ts";
import type { Room } from "../rooms/room.ts";
import type { Application } from "./applications.ts";

/** Name of the room, in each application, that has its events. */
export const TRACKING_ROOM = labelOf("tracking");

export function trackingRoomOf({ handle }: Application): Name {
  return nameAtPath({ application: handle, room: TRACKING_ROOM });
}

export function isTrackingRoom({ name }: Room): boolean {
  const room = parseRoomPath(name.key)?.room;
  return typeof room === "object" && room.key === TRACKING_ROOM.key;
}
