import { cleanText } from "./text.ts";

/** Every line of text to a terminal ends so (RFC 854: CR LF is the telnet newline; nc shows it as one). */
export const NEWLINE = "\r\n";

/** What is shown of a message. `at` is in microseconds since 1970. */
export interface Shown {
  readonly seq: number;
  readonly at: number;
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

/** One line of a room as it goes to a terminal, with its line end. `shown` is text that was rendered before. */
export function renderLine(shown: string, at: number, room: string, view: View): string {
  const time = view & 1 ? `${clockTime(at)} ` : "";
  const prefix = view & 2 ? `#${room} ` : "";
  return `${time}${prefix}${cleanText(shown)}${NEWLINE}`;
}

/** `[one]: hi`, or `* one waves`. */
export function renderMessage(message: Pick<Shown, "author" | "body" | "isAct">): string {
  return message.isAct ? `* ${message.author} ${message.body}` : `[${message.author}]: ${message.body}`;
}

export function renderWhisper(from: string, text: string): string {
  return cleanText(`<<${from}>>: ${text}`);
}

/** What a room is about, as its members set it. */
export function renderTopic(topic: string): string {
  return cleanText(`Topic: ${topic}`);
}

export function renderNotice(text: string): string {
  return cleanText(`[*]: ${text}`);
}

/** Lines as `/history` and joining show them: number, time, text; a line with the date where it is not today's or changes. */
export function renderHistory(messages: readonly Shown[], room: string, nowMicros: number): string {
  const count = messages.length === 1 ? "1 line" : `${messages.length} lines`;
  const lines = [`-- last ${count} in ${room} (times UTC) --`];
  let day = date(nowMicros);
  for (const message of messages) {
    const its = date(message.at);
    if (its !== day) lines.push(`-- ${its} --`);
    day = its;
    lines.push(`${message.seq} ${clockTime(message.at)} ${cleanText(renderMessage(message))}`);
  }
  return lines.join(NEWLINE);
}

/** `20:04`, UTC. */
export function clockTime(atMicros: number): string {
  return new Date(atMicros / 1000).toISOString().slice(11, 16);
}

/** `2026-11-20`, UTC. */
function date(atMicros: number): string {
  return new Date(atMicros / 1000).toISOString().slice(0, 10);
}
