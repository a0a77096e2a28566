import { cleanText } from "../../domain/text.ts";

/** Every line of text to a terminal ends so (RFC 854: CR LF is the telnet newline; nc shows it as one). */
export const NEWLINE = "\r\n";

/** A page of history with its line ends: a short command must not bring a long answer. */
const MAX_PAGE_BYTES = 64 * 1024;
/** Of a page: what its heading and the first date take, for the longest name of a room. */
const HEADING_BYTES = 128;

/** What is shown of a message. `at` is in microseconds since 1970. */
export interface Message {
  readonly seq: number;
  readonly atMicros: number;
  readonly author: string;
  readonly body: string;
  /** `/me`: shown as an act of the author. */
  readonly isAct: boolean;
}

/**
 * How a receiver sees the lines of a room: a closed set, so that a line is rendered once per view and not per receiver.
 * Bit 0: with the time. Bit 1: the room is not the one the receiver talks in.
 */
export type View = 0 | 1 | 2 | 3;
export const VIEWS = 4;

export function viewOf(showsTime: boolean, isCurrent: boolean): View {
  if (isCurrent) return showsTime ? 1 : 0;
  return showsTime ? 3 : 2;
}

/**
 * One line of a room as it goes to a terminal, with its line end.
 *
 * @param shown what `renderMessage` or `renderNotice` returned
 */
export function renderLine(shown: string, at: number, room: string, view: View): string {
  const time = view & 1 ? `${clockTime(at)} ` : "";
  const prefix = view & 2 ? `#${room} ` : "";
  return `${time}${prefix}${shown}${NEWLINE}`;
}

/** `[one]: hi`, or `* one waves`. What people wrote is cleaned apart from what chatd puts before it. */
export function renderMessage(message: Pick<Message, "author" | "body" | "isAct">): string {
  const [author, body] = [cleanText(message.author), cleanText(message.body)];
  return message.isAct ? `* ${author} ${body}` : `[${author}]: ${body}`;
}

export function renderWhisper(from: string, text: string): string {
  return `<<${cleanText(from)}>>: ${cleanText(text)}`;
}

/** What a room is about, as its members set it. */
export function renderTopic(topic: string): string {
  return `Topic: ${cleanText(topic)}`;
}

export function renderNotice(text: string): string {
  return `[*]: ${cleanText(text)}`;
}

/**
 * Lines as `/history` and joining show them: number, time, text; a line with the date where it is not today's or changes.
 * At most `MAX_PAGE_BYTES` of the newest lines, and always the last one; the heading says how many are shown.
 */
export function renderHistory(messages: readonly Message[], room: string, nowMicros: number): string {
  /** The newest first. */
  const lines: string[] = [];
  let [shown, bytes, day] = [0, HEADING_BYTES, date(nowMicros)];
  for (const message of messages.toReversed()) {
    const its = date(message.atMicros);
    const more = shown > 0 && its !== day ? [dateLine(day)] : [];
    more.push(`${message.seq} ${clockTime(message.atMicros)} ${renderMessage(message)}`);
    bytes += Buffer.byteLength(more.join(NEWLINE)) + NEWLINE.length;
    if (shown > 0 && bytes > MAX_PAGE_BYTES) break;
    lines.push(...more);
    shown += 1;
    day = its;
  }
  if (day !== date(nowMicros)) lines.push(dateLine(day));
  lines.push(`-- last ${shown === 1 ? "1 line" : `${shown} lines`} in ${room} (times UTC) --`);
  return lines.reverse().join(NEWLINE);
}

function dateLine(day: string): string {
  return `-- ${day} --`;
}

/** `20:04`, UTC. */
export function clockTime(atMicros: number): string {
  return new Date(atMicros / 1000).toISOString().slice(11, 16);
}

/** `2026-11-20`, UTC. */
function date(atMicros: number): string {
  return new Date(atMicros / 1000).toISOString().slice(0, 10);
}
