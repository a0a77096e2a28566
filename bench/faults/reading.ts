import { refusalCodes, type RefusalCode } from "../../src/domain/refusals.ts";
import { refusalSentence } from "../../src/formats/text/refusal-sentences.ts";
import { texts } from "../../src/formats/text/sentences.ts";

/** A line that came to a person, as far as a terminal tells what it is. */
export type Got =
  /** `room` is null where the line carries no prefix: it is of the current room. */
  | { readonly type: "message"; readonly room: string | null; readonly author: string; readonly body: string }
  /** A line of a page of history. */
  | { readonly type: "page-line"; readonly seq: number; readonly author: string; readonly body: string }
  | { readonly type: "page"; readonly room: string; readonly lines: number }
  | { readonly type: "page-date" }
  | { readonly type: "whisper"; readonly from: string; readonly text: string }
  | { readonly type: "notice"; readonly text: string }
  | { readonly type: "told"; readonly text: string };

const MESSAGE = /^(?:#([\w-]+) )?(?:\[(\w+)\]:|\* (\w+)) (.*)$/;
const PAGE_LINE = /^(\d+) \d\d:\d\d (?:\[(\w+)\]:|\* (\w+)) (.*)$/;
const PAGE = /^-- last (\d+) lines? in ([\w-]+) \(times UTC\) --$/;
const PAGE_DATE = /^-- \d{4}-\d\d-\d\d --$/;
const WHISPER = /^<<(\w+)>>: (.*)$/;
const NOTICE = "[*]: ";

export function readLine(line: string): Got {
  if (line.startsWith(NOTICE)) return { type: "notice", text: line.slice(NOTICE.length) };
  const message = MESSAGE.exec(line);
  if (message) {
    const [, room = null, said, acted, body = ""] = message;
    return { type: "message", room, author: said ?? acted ?? "", body };
  }
  const page = PAGE.exec(line);
  if (page) return { type: "page", lines: Number(page[1]), room: page[2] ?? "" };
  const pageLine = PAGE_LINE.exec(line);
  if (pageLine) {
    const [, seq, said, acted, body = ""] = pageLine;
    return { type: "page-line", seq: Number(seq), author: said ?? acted ?? "", body };
  }
  if (PAGE_DATE.test(line)) return { type: "page-date" };
  const whisper = WHISPER.exec(line);
  if (whisper) return { type: "whisper", from: whisper[1] ?? "", text: whisper[2] ?? "" };
  return { type: "told", text: line };
}

/** The beginning of each refusal's sentence, up to what it names. */
const REFUSALS = refusalCodes.map((code) => beginningOf(code));
/** Refusals that do not tell whether what was asked for was done. */
const UNCERTAIN: ReadonlySet<string> = new Set([beginningOf("whisper-unanswered"), beginningOf("store-unknown")]);

/** Whether a person is told by this line that what they asked for was not done. */
export function isRefusal(text: string): boolean {
  return !UNCERTAIN.has(text) && text !== SETTLED && REFUSALS.some((refusal) => text.startsWith(refusal));
}

export function isUncertain(text: string): boolean {
  return UNCERTAIN.has(text);
}

/** Typed after each group of lines: no command, and answered when the lines before it are settled. */
export const BARRIER = "/ok";
/** The answer to it. */
export const SETTLED = beginningOf("unknown-command");

/** What a line means for where a person is. */
export type Standing =
  | { readonly type: "began"; readonly name: string }
  | { readonly type: "greeted" }
  | { readonly type: "in-lobby" }
  | { readonly type: "no-lobby" }
  | { readonly type: "joined"; readonly who: string; readonly room: string }
  | { readonly type: "talking"; readonly room: string }
  | { readonly type: "left"; readonly room: string }
  | { readonly type: "put-out"; readonly room: string }
  | { readonly type: "destroyed"; readonly room: string }
  | { readonly type: "restored"; readonly room: string }
  | { readonly type: "not-restored"; readonly room: string }
  | { readonly type: "lost-name" };

/**
 * A sentence of texts.ts as a pattern. @param isWanted for each of its names, whether the pattern gives it: what it does
 * not give may be several words
 */
function patternOf(sentence: (...names: string[]) => string, ...isWanted: readonly boolean[]): RegExp {
  const escaped = sentence(...isWanted.map((_, i) => `<${i}>`)).replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = escaped.replaceAll(/<(\d)>/g, (_, i: string) =>
    isWanted[Number(i)] === true ? "([\\w-]+)" : "[\\w, -]+",
  );
  return new RegExp(`^${pattern}$`);
}

const WELCOME = patternOf(texts.welcome, true);
const JOINED = patternOf(texts.joined, true, true);
const TALKING = patternOf(texts.nowTalking, true);
const LEFT = patternOf(texts.youLeft, true);
const KICKED = patternOf(texts.youWereKicked, true, false);
/** A time and a reason may follow. */
const BANNED = /^You were banned from ([\w-]+) by \w+/;
const IGNORES = patternOf(texts.youIgnore, true);
const IGNORES_NO_MORE = patternOf(texts.youIgnoreNoMore, true);
const DESTROYED = patternOf(texts.roomDestroyed, true);
const YOU_DESTROYED = patternOf(texts.youDestroyed, true);
const RESTORED = patternOf(texts.storeWentBack, true);
const NOT_RESTORED = patternOf(texts.roomNotRestored, true);
const IN_LOBBY = /^You are in [\w-]+( with .*|\. Nobody else is here right now)\. What you type is said there\.$/;
const NO_LOBBY = /^You cannot enter [\w-]+ right now\./;
export const HISTORY_UNREAD = texts.historyUnread;

/** Whom somebody ignores from now on, or no longer. Null: the line says nothing about it. */
export function readIgnoring(text: string): { readonly name: string; readonly isIgnored: boolean } | null {
  const [ignored] = namesIn(IGNORES, text);
  const [name = ignored] = namesIn(IGNORES_NO_MORE, text);
  return name === undefined ? null : { name, isIgnored: name === ignored };
}

/** Null: the line says nothing about it. */
export function readStanding(got: Got): Standing | null {
  if (got.type === "notice") return readNotice(got.text);
  if (got.type !== "told") return null;
  const { text } = got;
  if (text === texts.seeHelp) return { type: "greeted" };
  if (text === texts.lostName) return { type: "lost-name" };
  if (IN_LOBBY.test(text)) return { type: "in-lobby" };
  if (NO_LOBBY.test(text)) return { type: "no-lobby" };
  const [name] = namesIn(WELCOME, text);
  if (name !== undefined) return { type: "began", name };
  const [talking] = namesIn(TALKING, text);
  if (talking !== undefined) return { type: "talking", room: talking };
  const [left] = namesIn(LEFT, text);
  if (left !== undefined) return { type: "left", room: left };
  const [destroyed] = namesIn(YOU_DESTROYED, text);
  return destroyed === undefined ? null : { type: "destroyed", room: destroyed };
}

function readNotice(text: string): Standing | null {
  const [who, joined] = namesIn(JOINED, text);
  if (who !== undefined && joined !== undefined) return { type: "joined", who, room: joined };
  const [out] = [...namesIn(KICKED, text), ...namesIn(BANNED, text)];
  if (out !== undefined) return { type: "put-out", room: out };
  const [destroyed] = namesIn(DESTROYED, text);
  if (destroyed !== undefined) return { type: "destroyed", room: destroyed };
  const [restored] = namesIn(RESTORED, text);
  if (restored !== undefined) return { type: "restored", room: restored };
  const [gone] = namesIn(NOT_RESTORED, text);
  return gone === undefined ? null : { type: "not-restored", room: gone };
}

function namesIn(pattern: RegExp, text: string): readonly string[] {
  return pattern.exec(text)?.slice(1) ?? [];
}

/** What the sentences for different arguments have in common. */
function beginningOf(code: RefusalCode): string {
  const sentenceWith = (word: string, untilMicros: number | null): string => {
    const words = { usage: word, room: word, reason: word, names: word, setting: word, command: word, name: word };
    const numbers = { limit: word, most: word, untilMicros, nowMicros: 0 };
    return refusalSentence({ code, args: { ...words, ...numbers, closest: null } });
  };
  const [one, other] = [sentenceWith("1", null), sentenceWith("2", 0)];
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}
