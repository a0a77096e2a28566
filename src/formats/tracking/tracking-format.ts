import { kinds } from "../../domain/entry.ts";
import type { Message, RoomLabel } from "../../domain/events.ts";
import { parseRoomPath } from "../../domain/names.ts";
import type { EncodedMessages, MessageFormat } from "../../ports/outlet.ts";
import { frames, opcodes } from "../frames/frame.ts";

/** The first of four views; the terminal's and the program's are below. A view is a sum of this and of these. */
const FIRST_VIEW = 8;
const WITH_SEQ = 1;
const BINARY = 2;

/** How a subscriber wants its events. */
export interface TrackingView {
  /** Whether each event has its number in its account. */
  readonly hasSeq: boolean;
  /** Whether frames are binary; else they are text. */
  readonly isBinary: boolean;
}

export function trackingView({ hasSeq, isBinary }: TrackingView): number {
  return FIRST_VIEW + (hasSeq ? WITH_SEQ : 0) + (isBinary ? BINARY : 0);
}

/** Events for subscribers: each is a WebSocket frame, `{"account_id":"celtra","timestamp":1538056370,"data":…}`. */
export const trackingFormat: MessageFormat = {
  messages(room: RoomLabel, messages: readonly Message[], view: number): EncodedMessages {
    const flags = view - FIRST_VIEW;
    const { shown } = room.name;
    const account = JSON.stringify(parseRoomPath(shown)?.application.shown ?? shown);
    const events = messages.map((message) => eventOf(account, message, (flags & WITH_SEQ) !== 0));
    // Every subscriber gets all of them.
    return { bytes: frames(flags & BINARY ? opcodes.binary : opcodes.text, events), parts: [] };
  },
};

function eventOf(account: string, message: Message, hasSeq: boolean): string {
  const timestamp = Math.floor(message.atMicros / 1_000_000);
  const seq = hasSeq ? `,"seq":${message.seq}` : "";
  return `{"account_id":${account},"timestamp":${timestamp},"data":${dataOf(message)}${seq}}`;
}

/** What somebody says is a string, as is the text of an event that was changed to something other than JSON in one line. */
function dataOf({ kind, body }: Message): string {
  return kind === kinds.tracked && isJsonLine(body) ? body : JSON.stringify(body);
}

function isJsonLine(text: string): boolean {
  if (text.includes("\n")) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
