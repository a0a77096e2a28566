import t from "tap";
import { type Entry, kinds } from "../../src/domain/entry.ts";
import type { Event, Message, SessionEvent } from "../../src/domain/events.ts";
import { textFormat } from "../../src/formats/text/text-format.ts";
import { controlsIn } from "../../tools/control-characters.ts";
import { NOW, planes, textOf, VIEWS } from "../support/world/shown.ts";

const NOBODY = { names: [], count: 0 };
/** Coming into an empty room by oneself. */
const ENTERED = {
  type: "entered",
  room: planes,
  user: "one",
  others: NOBODY,
  topic: "",
  lastSeq: 0,
  recent: [],
  isRecentUnread: false,
  nowMicros: NOW,
} as const satisfies SessionEvent;

function said(seq: number, body: string, more: Partial<Message> = {}): Message {
  return { pos: seq + 1, seq, atMicros: NOW, kind: kinds.said, author: "two", body, ...more };
}

t.test("who joins is told so, what the room is about, and what was said last", (t) => {
  t.equal(textOf(ENTERED), "[*]: User one joined Planes.\r\n");
  t.equal(textOf({ ...ENTERED, others: { names: ["two"], count: 1 }, lastSeq: 1 }), "[*]: User one joined Planes.\r\n");
  const recent = [said(4, "hi"), said(5, "waves", { kind: kinds.act })];
  const full = { ...ENTERED, topic: "wings", lastSeq: 5, recent };
  const lines =
    "[*]: User one joined Planes.\r\n" +
    "Topic: wings\r\n" +
    "-- last 2 lines in Planes (times UTC) --\r\n" +
    "4 20:04 [two]: hi\r\n" +
    "5 20:04 * two waves\r\n";
  t.same(
    VIEWS.map((view) => textOf(full, view)),
    VIEWS.map(() => lines),
  );
  t.end();
});

t.test("what was said on another day has its date, by the time of the event", (t) => {
  const tomorrow = NOW + 24 * 60 * 60 * 1_000_000;
  t.equal(
    textOf({ ...ENTERED, recent: [said(1, "hi")], nowMicros: tomorrow }),
    "[*]: User one joined Planes.\r\n" +
      "-- last 1 line in Planes (times UTC) --\r\n" +
      "-- 2026-11-20 --\r\n" +
      "1 20:04 [two]: hi\r\n",
  );
  t.end();
});

t.test("who comes into the lobby is told where they are and who is there", (t) => {
  const lobby = { ...ENTERED, room: { id: 1, name: { shown: "lobby" } }, user: null };
  t.equal(textOf(lobby), "You are in lobby. Nobody else is here right now. What you type is said there.\r\n");
  t.equal(
    textOf({ ...lobby, others: { names: ["two", "three", "four"], count: 5 } }),
    "You are in lobby with two, three and 3 others. What you type is said there.\r\n",
  );
  t.equal(
    textOf({ ...lobby, others: { names: ["two"], count: 1 }, topic: "wings", lastSeq: 4, recent: [said(4, "hi")] }),
    "You are in lobby with two. What you type is said there.\r\n" +
      "Topic: wings\r\n" +
      "-- last 1 line in lobby (times UTC) --\r\n" +
      "4 20:04 [two]: hi\r\n",
  );
  t.end();
});

t.test("where it cannot be read what was said before, that is said after the topic", (t) => {
  t.equal(
    textOf({ ...ENTERED, topic: "wings", lastSeq: 3, isRecentUnread: true }),
    "[*]: User one joined Planes.\r\n" +
      "Topic: wings\r\n" +
      "Earlier messages cannot be shown right now. Try /history in a moment.\r\n",
  );
  t.end();
});

t.test("what somebody wrote into an event comes to a terminal as one line without control characters", (t) => {
  const text = "\u001b[2Jx\ry";
  const events: readonly Event[] = [
    { type: "topic", room: planes, by: "one", text },
    { type: "topic", room: planes, by: null, text },
    { type: "whisper", from: "two", text, isFirst: false },
    { type: "broadcast", text },
    { type: "closed-by-operator", reason: text },
    { ...ENTERED, topic: text, recent: [said(1, text)] },
  ];
  for (const event of events) {
    const shown = textOf(event);
    t.same(controlsIn(shown), [], event.type);
    t.equal(shown.split("\r\n").length - 1, event.type === "entered" ? 4 : 1, event.type);
  }
  t.end();
});

t.test("of an entry its author and text are shown, whether it is an act, and in some views when and where", (t) => {
  const entry: Entry = {
    stream: 7,
    pos: 9,
    seq: 4,
    atMicros: NOW,
    kind: kinds.said,
    authorId: 1,
    author: "one",
    body: "hi",
    ref: null,
  };
  const lines = VIEWS.map((view) => {
    const { bytes, parts } = textFormat.messages(planes, [entry, { ...entry, kind: kinds.act, body: "waves" }], view);
    t.equal(Buffer.from(bytes).toString(), parts.join(""), "each alone, and all together");
    return parts;
  });
  t.same(lines, [
    ["[one]: hi\r\n", "* one waves\r\n"],
    ["20:04 [one]: hi\r\n", "20:04 * one waves\r\n"],
    ["#Planes [one]: hi\r\n", "#Planes * one waves\r\n"],
    ["20:04 #Planes [one]: hi\r\n", "20:04 #Planes * one waves\r\n"],
  ]);
  t.end();
});

t.test("a further line of a message has all that the first one has, and the mark of its author", (t) => {
  const message = said(4, "first\n\n[*]: third", { author: "x@api" });
  const shown = VIEWS.map((view) => textFormat.messages(planes, [message], view).parts);
  const rows = (before: string): string[] => [
    `${before}[x@api]: first\r\n${before}[x@api] | \r\n${before}[x@api] | [*]: third\r\n`,
  ];
  t.same(shown, [rows(""), rows("20:04 "), rows("#Planes "), rows("20:04 #Planes ")]);
  t.same(textFormat.messages(planes, [said(5, "waves\nand goes", { kind: kinds.act })], 0).parts, [
    "* two waves\r\n[two] | and goes\r\n",
  ]);
  t.end();
});

t.test("a change of several lines names the room in each: it is told wherever its receiver talks", (t) => {
  const event = { type: "changed", room: planes, by: "two", seq: 12, text: "first\nsecond" } as const;
  const rows = (before: string): string =>
    `${before}[*]: User two changed line 12 in Planes: first\r\n${before}#Planes [two] | second\r\n`;
  t.same(
    VIEWS.map((view) => textOf(event, view)),
    [rows(""), rows("20:04 "), rows(""), rows("20:04 ")],
  );
  t.end();
});

t.test("who joins or comes back sees all lines of what was said, each with its number", (t) => {
  const recent = [said(4, "first\nsecond"), said(5, "hi")];
  const page =
    "-- last 2 lines in Planes (times UTC) --\r\n" +
    "4 20:04 [two]: first\r\n" +
    "4 20:04 [two] | second\r\n" +
    "5 20:04 [two]: hi\r\n";
  t.equal(textOf({ ...ENTERED, lastSeq: 5, recent }), `[*]: User one joined Planes.\r\n${page}`);
  const what = { count: 2, isMore: false, isUnread: false, nowMicros: NOW };
  t.equal(
    textOf({ type: "back", room: planes, missed: recent, ...what }),
    `You are back in Planes. 2 lines were said meanwhile.\r\n${page}`,
  );
  t.end();
});
