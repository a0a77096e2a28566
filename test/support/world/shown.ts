import type { Event, RoomLabel } from "../../../src/domain/events.ts";
import { textFormat } from "../../../src/formats/text/text-format.ts";

/** The time at which events are shown: 2026-11-20 20:04:59 UTC. */
export const NOW = Date.UTC(2026, 10, 20, 20, 4, 59) * 1000;
export const planes: RoomLabel = { id: 7, name: { shown: "Planes" } };
/** The views of a terminal: plain, with the time, with the room, with both. */
export const VIEWS = [0, 1, 2, 3];

/** What a terminal shows of an event. */
export function textOf(event: Event, view = 0): string {
  return Buffer.from(textFormat.event(event, view, NOW)).toString();
}
