import { kinds } from "../../../src/domain/entry.ts";
import type { Event, Message, RoomLabel, SessionEvent } from "../../../src/domain/events.ts";
import { textFormat } from "../../../src/formats/text/text-format.ts";

/** The time at which events are shown: 2026-11-20 20:04:59 UTC. */
export const NOW = Date.UTC(2026, 10, 20, 20, 4, 59) * 1000;
export const planes: RoomLabel = { id: 7, name: { shown: "Planes" } };
/** The views of a terminal: plain, with the time, with the room, with both. */
export const VIEWS = [0, 1, 2, 3];

/** Coming into an empty room by oneself. */
export const ENTERED = {
  type: "entered",
  room: planes,
  user: "one",
  others: { names: [], count: 0 },
  topic: "",
  lastSeq: 0,
  recent: [],
  isRecentUnread: false,
  nowMicros: NOW,
} as const satisfies SessionEvent;

/** A message of two, with this number. */
export function said(seq: number, body: string, more: Partial<Message> = {}): Message {
  return { pos: seq + 1, seq, atMicros: NOW, kind: kinds.said, author: "two", body, ...more };
}

/** What a terminal shows of an event. */
export function textOf(event: Event, view = 0): string {
  return Buffer.from(textFormat.event(event, view, NOW)).toString();
}
