import t from "tap";
import { type Entry, kinds } from "../../src/domain/entry.ts";
import type { Event } from "../../src/domain/events.ts";
import { textFormat } from "../../src/formats/text/text-format.ts";
import { controlsIn } from "../../tools/control-characters.ts";
import { ENTERED, NOW, planes, said, textOf, VIEWS } from "../support/world/shown.ts";

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
