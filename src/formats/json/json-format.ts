import { messageKind } from "../../domain/entry.ts";
import type { Event, Message, RoomLabel } from "../../domain/events.ts";
import type { EncodedMessages, Format } from "../../ports/outlet.ts";

/** The one view of a program. The terminal's views are 0 to 3. */
const VIEW = 4;

/** NDJSON for programs. A room is its name, times are microseconds since 1970, and authors get their messages back. */
export const jsonFormat: Format = {
  view: () => VIEW,

  echoes: () => true,

  messages(room: RoomLabel, messages: readonly Message[]): EncodedMessages {
    const parts = messages.map((message) => toLine({ type: "message", room, ...view(message) }));
    return { bytes: Buffer.from(parts.join("")), parts };
  },

  event: (event, _view, nowMicros) => Buffer.from(toLine({ ...event, ...details(event), atMicros: nowMicros })),
};

function view({ pos, seq, atMicros, kind, author, body }: Message): object {
  return { pos, seq, atMicros, author, kind: messageKind(kind), text: body };
}

/** What of an event is not shown as it is. */
function details(event: Event): object {
  if (event.type === "entered") return { recent: event.recent.map(view), nowMicros: undefined };
  return event.type === "back" ? { missed: event.missed.map(view), nowMicros: undefined } : {};
}

function toLine(object: object): string {
  return `${JSON.stringify(object, nameRooms)}\n`;
}

/** Rooms are known by their names: the objects behind them hold much more. */
function nameRooms(key: string, value: unknown): unknown {
  return key === "room" || key === "other" ? nameOf(value) : value;
}

function nameOf(room: unknown): unknown {
  return typeof room === "string" || room === null ? room : (room as RoomLabel).name.shown;
}
