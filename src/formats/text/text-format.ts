import { kinds } from "../../domain/entry.ts";
import type { Event, Message, RoomLabel } from "../../domain/events.ts";
import { OPERATOR_NAME } from "../../domain/principal.ts";
import type { Ban } from "../../domain/rights.ts";
import { cleanText } from "../../domain/text.ts";
import type { EncodedMessages, Format } from "../../ports/outlet.ts";
import { listSome } from "./phrases.ts";
import { isOneRow, rowsOf } from "./rows.ts";
import { refusalSentence } from "./refusal-sentences.ts";
import { texts } from "./sentences.ts";
import { clockTime, date, durationWords, endTime } from "./times.ts";

/** Every line of text to a terminal ends so (RFC 854: CR LF is the telnet newline; nc shows it as one). */
export const NEWLINE = "\r\n";

/** A page of history with its line ends: a short command must not bring a long answer. */
const MAX_PAGE_BYTES = 64 * 1024;
/** Of a page: what its heading and the first date take, for the longest name of a room. */
const HEADING_BYTES = 128;

/** A view of a terminal is a sum of these: with the time, and with the room, as it is not the one that is talked in. */
const WITH_TIME = 1;
const WITH_ROOM = 2;

/** Lines for a terminal. Authors get back only their acts: the terminal shows whatever else they typed. */
export const textFormat: Format = {
  view: (showsTime, isCurrent) => (showsTime ? WITH_TIME : 0) + (isCurrent ? 0 : WITH_ROOM),

  echoes: (kind) => kind === kinds.act,

  messages(room: RoomLabel, messages: readonly Message[], view: number): EncodedMessages {
    const label = view & WITH_ROOM ? `#${room.name.shown} ` : "";
    const showsTime = (view & WITH_TIME) !== 0;
    const parts = messages.map(
      (message) => renderMessage(message, timeBefore(message.atMicros, showsTime) + label) + NEWLINE,
    );
    return { bytes: Buffer.from(parts.join("")), parts };
  },

  event: (event, view, nowMicros) => Buffer.from(eventLines(event, (view & WITH_TIME) !== 0, nowMicros)),
};

/** Text of an event. Events of a whole room may carry the time; they name the room, so no prefix does. */
function eventLines(event: Event, showsTime: boolean, nowMicros: number): string {
  const line = (text: string): string => text + NEWLINE;
  const toRoom = (text: string): string => line(timeBefore(nowMicros, showsTime) + renderNotice(text));
  switch (event.type) {
    case "joined":
      return toRoom(texts.joined(event.user, event.room.name.shown));
    case "left":
      return toRoom(texts.left(event.user, event.room.name.shown));
    case "many-joined":
      return toRoom(texts.manyJoined(event.count, event.room.name.shown));
    case "many-left":
      return toRoom(texts.manyLeft(event.count, event.room.name.shown));
    case "topic":
      return toRoom(topicText(event.by, event.room.name.shown, event.text));
    case "owner":
      return toRoom((event.isByOperator ? texts.madeOwner : texts.nowOwns)(event.user, event.room.name.shown));
    case "kicked":
      return toRoom(texts.kicked(event.user, event.room.name.shown, event.by));
    case "banned":
      return toRoom(texts.banned(event.user, event.room.name.shown, event.by, event.reason));
    case "unbanned":
      return toRoom(unbannedText(event.by, event.room.name.shown, event.user));
    case "operator":
      return toRoom(texts.nowOperator(event.user, event.room.name.shown, event.by));
    case "no-operator":
      return toRoom(texts.noOperator(event.user, event.room.name.shown, event.by));
    case "changed":
      return line(renderChanged(event, timeBefore(nowMicros, showsTime)));
    case "removed":
      return toRoom(texts.removed(event.by, event.seq, event.room.name.shown));
    case "destroyed":
      return toRoom((event.isByOperator ? texts.operatorDestroyed : texts.roomDestroyed)(event.room.name.shown));
    case "rewound":
      return toRoom(texts.storeWentBack(event.room.name.shown));
    case "not-restored":
      return toRoom(texts.roomNotRestored(event.room.name.shown));
    case "entered":
      return enteredLines(event).map(line).join("");
    case "back":
      return backLines(event).map(line).join("");
    case "not-back":
      return line(cleanText(notBackText(event, nowMicros)));
    case "lobby-unread":
      return line(texts.lobbyUnread(event.room));
    case "talking-in":
      return line(texts.nowTalking(event.room.name.shown));
    case "talking-nowhere":
      return line(
        event.other
          ? `${texts.nowTalkingNowhere} ${texts.talkThere(event.other.name.shown)}`
          : `${texts.nowNowhere} ${texts.seeRooms}`,
      );
    case "names-mean":
      return line(event.application === null ? texts.enteredMain : texts.enteredApplication(event.application));
    case "you-left":
      return line(texts.youLeft(event.room.name.shown));
    case "you-destroyed":
      return line(texts.youDestroyed(event.room.name.shown));
    case "you-were-kicked":
      return line(renderNotice(texts.youWereKicked(event.room.name.shown, event.by)));
    case "you-were-banned":
      return line(renderNotice(banText(event, nowMicros)));
    case "whisper":
      return line(renderWhisper(event.from, event.text)) + (event.isFirst ? line(texts.howToAnswer) : "");
    case "said-alone":
      return line(texts.nobodyElse(event.room.name.shown));
    case "refused":
      return line(cleanText(refusalSentence(event)));
    case "broadcast":
      return line(renderMessage({ author: OPERATOR_NAME, body: event.text, kind: kinds.said }));
    case "isolated":
      return line(renderNotice(texts.cutOff));
    case "connected":
      return line(renderNotice(texts.backAgain));
    case "asking-holder":
      return line(texts.askingHolder);
    case "name-wanted":
      return line(renderNotice(texts.nameWanted(event.name, event.withinMs / 1000)));
    case "skipped":
      return line(renderNotice(texts.linesSkipped(event.lines)));
    case "bye":
      return line(texts.bye);
    case "replaced":
      return line(texts.replaced);
    case "gave-no-sign":
      return line(renderNotice(texts.nameGivenUp(event.name, event.isKept)));
    case "name-lost":
      return line(texts.lostName);
    case "closed-by-operator":
      return line(renderNotice(texts.kickedByOperator(event.reason)));
  }
}

function unbannedText(by: string | null, room: string, name: string): string {
  return by === null ? texts.operatorUnbanned(name, room) : texts.unbanned(name, room, by);
}

function banText(
  { room, by, untilMicros, reason }: Extract<Event, { type: "you-were-banned" }>,
  nowMicros: number,
): string {
  const duration = untilMicros === null ? null : durationWords((untilMicros - nowMicros) / 1000);
  return texts.youWereBanned(room.name.shown, by, duration, reason);
}

function topicText(by: string | null, room: string, text: string): string {
  if (by === null) return text === "" ? texts.operatorRemovedTopic(room) : texts.operatorSetTopic(room, text);
  return text === "" ? texts.topicRemoved(by, room) : texts.topicSet(by, room, text);
}

/** Whoever joins is told so; whoever comes into the lobby after sign-in is told who is there. */
function enteredLines(event: Extract<Event, { type: "entered" }>): string[] {
  const { user, others, topic, recent, isRecentUnread, nowMicros } = event;
  const room = event.room.name.shown;
  const lines: string[] = [];
  if (user !== null) lines.push(renderNotice(texts.joined(user, room)));
  else lines.push(texts.here(room, others.count > 0 ? listSome(others.names, others.count) : null));
  if (topic !== "") lines.push(renderTopic(topic));
  if (isRecentUnread) lines.push(texts.historyUnread);
  if (recent.length > 0) lines.push(renderHistory(recent, room, nowMicros));
  return lines;
}

function backLines(event: Extract<Event, { type: "back" }>): string[] {
  const { missed, count, isMore, isUnread, nowMicros } = event;
  const room = event.room.name.shown;
  const lines = [isUnread ? `${texts.back(room)} ${texts.historyUnread}` : texts.backAfter(room, count, isMore)];
  if (missed.length > 0) lines.push(renderHistory(missed, room, nowMicros));
  return lines;
}

function timeBefore(atMicros: number, showsTime: boolean): string {
  return showsTime ? `${clockTime(atMicros)} ` : "";
}

function notBackText({ room, hasEnded, ban }: Extract<Event, { type: "not-back" }>, nowMicros: number): string {
  if (hasEnded) return texts.roomHasEnded(room);
  if (!ban) return texts.notInRoomAnyMore(room);
  const until = ban.untilMicros === null ? null : endTime(ban.untilMicros, nowMicros);
  return texts.bannedMeanwhile(room, until, ban.reason);
}

/**
 * `[one]: hi`, or `* one waves`; each further row is `[one] | more`, as no other line begins. What people wrote is cleaned
 * apart from what chatd puts before it.
 * @param before what stands before each row: the number, the time, the room
 */
export function renderMessage({ author, body, kind }: Pick<Message, "author" | "body" | "kind">, before = ""): string {
  const name = cleanText(author);
  const start = kind === kinds.act ? `${before}* ${name} ` : `${before}[${name}]: `;
  return isOneRow(body) ? start + cleanText(body) : start + joinRows(body, name, before);
}

/** The sentence names the room, so further rows do, too. */
function renderChanged({ by, seq, room, text }: Extract<Event, { type: "changed" }>, time: string): string {
  const [name, { shown }] = [cleanText(by), room.name];
  return time + renderNotice(texts.changed(name, seq, shown, "")) + joinRows(text, name, `${time}#${shown} `);
}

function joinRows(text: string, author: string, before: string): string {
  return rowsOf(text).map(cleanText).join(`${NEWLINE}${before}[${author}] | `);
}

export function renderWhisper(from: string, text: string): string {
  return `<<${cleanText(from)}>>: ${cleanText(text)}`;
}

/** What a room is about, as its members set it. */
export function renderTopic(topic: string): string {
  return `Topic: ${cleanText(topic)}`;
}

/** The bans in force in a room, as `/bans` lists them. */
export function renderBans(bans: readonly Ban[], room: string, nowMicros: number): string {
  if (bans.length === 0) return texts.nobodyBanned(room);
  const listed = bans.map(({ name, by, untilMicros, reason }) =>
    texts.ban(name, by, untilMicros === null ? null : endTime(untilMicros, nowMicros), cleanText(reason)),
  );
  return texts.bannedFrom(room, listed.join(", "));
}

export function renderNotice(text: string): string {
  return `[*]: ${cleanText(text)}`;
}

/**
 * Lines of `/history`: as many of the newest as `MAX_PAGE_BYTES` holds, and always the last; with dates between.
 * @param isLast whether they are the last ones of the room
 */
export function renderHistory(messages: readonly Message[], room: string, nowMicros: number, isLast = true): string {
  /** The newest first. */
  const lines: string[] = [];
  let [shown, bytes, day] = [0, HEADING_BYTES, date(nowMicros)];
  for (const message of messages.toReversed()) {
    const dayOfMessage = date(message.atMicros);
    const more = shown > 0 && dayOfMessage !== day ? [dateLine(day)] : [];
    more.push(renderMessage(message, `${message.seq} ${clockTime(message.atMicros)} `));
    bytes += Buffer.byteLength(more.join(NEWLINE)) + NEWLINE.length;
    if (shown > 0 && bytes > MAX_PAGE_BYTES) break;
    lines.push(...more);
    shown += 1;
    day = dayOfMessage;
  }
  if (day !== date(nowMicros)) lines.push(dateLine(day));
  lines.push(`-- ${isLast ? "last " : ""}${shown === 1 ? "1 line" : `${shown} lines`} in ${room} (times UTC) --`);
  return lines.reverse().join(NEWLINE);
}

function dateLine(day: string): string {
  return `-- ${day} --`;
}
