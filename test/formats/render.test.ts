import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import {
  renderHistory,
  renderMessage,
  renderNotice,
  renderTopic,
  renderWhisper,
  textFormat,
} from "../../src/formats/text/text-format.ts";
import { kinds } from "../../src/domain/entry.ts";
import { cleanBody, MAX_BODY_BYTES, MAX_BODY_LINES } from "../../src/domain/body.ts";
import type { Message, RoomLabel } from "../../src/domain/events.ts";
import { MAX_ROW_LENGTH, rowsOf } from "../../src/formats/text/rows.ts";
import { cleanText } from "../../src/domain/text.ts";
import { controlsIn } from "../../tools/control-characters.ts";
import { holds } from "../support/property.ts";
import { wildText } from "../../tools/wild-bytes.ts";

/** 2026-11-20 20:04:59.999999 UTC. */
const AT = Date.UTC(2026, 10, 20, 20, 4, 59, 999) * 1000 + 999;
const DAY = 24 * 60 * 60 * 1_000_000;

function aMessage(more: Partial<Message> = {}): Message {
  return { pos: 13, seq: 12, atMicros: AT, kind: kinds.said, author: "one", body: "hi", ...more };
}

t.test("a message shows its author", async (t) => {
  t.equal(renderMessage(aMessage()), "[one]: hi");
});

t.test("an act is shown as one", async (t) => {
  t.equal(renderMessage(aMessage({ body: "waves", kind: kinds.act })), "* one waves");
});

t.test("a whisper shows from whom", async (t) => {
  t.equal(renderWhisper("one", "psst"), "<<one>>: psst");
});

t.test("what was cleaned is shown as it is, also where it begins with blanks", async (t) => {
  const body = cleanText(`${" ".repeat(20)}hi`);
  t.equal(body, `${" ".repeat(8)}hi`);
  t.equal(renderMessage(aMessage({ body })), `[one]: ${body}`);
  t.equal(renderMessage(aMessage({ body, kind: kinds.act })), `* one ${body}`);
  t.equal(renderWhisper("one", body), `<<one>>: ${body}`);
  t.equal(renderTopic(body), `Topic: ${body}`);
  t.equal(renderNotice(body), `[*]: ${body}`);
});

t.test("the server speaks as a star", async (t) => {
  t.equal(renderNotice("User two joined Planes."), "[*]: User two joined Planes.");
});

t.test("each view shows what it says, and there are no others", async (t) => {
  const table = [
    { showsTime: false, isCurrent: true, line: "[one]: hi\r\n" },
    { showsTime: true, isCurrent: true, line: "20:04 [one]: hi\r\n" },
    { showsTime: false, isCurrent: false, line: "#Planes [one]: hi\r\n" },
    { showsTime: true, isCurrent: false, line: "20:04 #Planes [one]: hi\r\n" },
  ];
  const views = table.map(({ showsTime, isCurrent }) => textFormat.view(showsTime, isCurrent));
  t.same(new Set(views), new Set([0, 1, 2, 3]));
  const planes = { id: 7, name: { shown: "Planes" } };
  for (const [i, { showsTime, isCurrent, line }] of table.entries()) {
    const { bytes, parts } = textFormat.messages(planes, [aMessage()], views[i] ?? 0);
    t.same([Buffer.from(bytes).toString(), parts], [line, [line]], `${showsTime}, ${isCurrent}`);
  }
});

t.test("history is numbered under a heading", async (t) => {
  const lines = [
    aMessage(),
    aMessage({ seq: 13, body: "waves", kind: kinds.act }),
    aMessage({ seq: 15, author: "two" }),
  ];
  t.equal(
    renderHistory(lines, "Planes", AT),
    "-- last 3 lines in Planes (times UTC) --\r\n12 20:04 [one]: hi\r\n13 20:04 * one waves\r\n15 20:04 [two]: hi",
  );
});

t.test("one line of history is not called lines", async (t) => {
  t.equal(renderHistory([aMessage()], "Planes", AT), "-- last 1 line in Planes (times UTC) --\r\n12 20:04 [one]: hi");
});

t.test("history shows the date where it is not today's, and where it changes", async (t) => {
  const lines = [
    aMessage({ seq: 1, atMicros: AT - 2 * DAY }),
    aMessage({ seq: 2, atMicros: AT - 2 * DAY }),
    aMessage({ seq: 3, atMicros: AT - DAY }),
    aMessage({ seq: 4 }),
  ];
  t.same(renderHistory(lines, "Planes", AT).split("\r\n"), [
    "-- last 4 lines in Planes (times UTC) --",
    "-- 2026-11-18 --",
    "1 20:04 [one]: hi",
    "2 20:04 [one]: hi",
    "-- 2026-11-19 --",
    "3 20:04 [one]: hi",
    "-- 2026-11-20 --",
    "4 20:04 [one]: hi",
  ]);
});

t.test("history of today alone shows no date", async (t) => {
  const midnight = AT - (AT % DAY);
  t.notMatch(renderHistory([aMessage({ atMicros: midnight }), aMessage()], "Planes", midnight + DAY - 1), "2026");
  t.match(renderHistory([aMessage({ atMicros: midnight - 1 })], "Planes", midnight), "-- 2026-11-19 --");
});

t.test("a page of history is 64 KiB at most: the newest lines that fit, and how many those are", async (t) => {
  const kibibyte = "x".repeat(1024 - "12 20:04 [one]: \r\n".length);
  const lines = Array.from({ length: 100 }, (_, i) => aMessage({ body: kibibyte, atMicros: AT - (99 - i) * DAY }));
  const [heading, firstDate, ...page] = renderHistory(lines, "Planes", AT).split("\r\n");
  t.equal(heading, "-- last 62 lines in Planes (times UTC) --");
  t.equal(firstDate, "-- 2026-09-20 --");
  t.equal(page.length, 62 + 61, "each day has its date");
  t.equal(page.at(-1), `12 20:04 [one]: ${kibibyte}`);
});

t.test("a page of history ends where one byte more would be too much", async (t) => {
  const heading = 128;
  const count = 32;
  const free = (64 * 1024 - heading) / count - "12 20:04 [one]: \r\n".length;
  const lines = Array.from({ length: count }, (_, i) =>
    aMessage({ body: i === 0 ? "é".repeat(free / 2) : "x".repeat(free) }),
  );
  t.match(renderHistory(lines, "Planes", AT), "-- last 32 lines in ");
  const more = lines.with(-1, aMessage({ body: "x".repeat(free + 1) }));
  t.match(renderHistory(more, "Planes", AT), "-- last 31 lines in ");
  const longest = renderHistory(
    lines.map((line) => ({ ...line, atMicros: AT - DAY })),
    "r".repeat(64),
    AT,
  );
  t.ok(Buffer.byteLength(longest) <= 64 * 1024);
});

t.test("one line of history is shown, however long", async (t) => {
  const long = aMessage({ body: "x".repeat(100_000) });
  const [heading, ...rows] = renderHistory([aMessage(), long], "Planes", AT).split("\r\n");
  t.equal(heading, "-- last 1 line in Planes (times UTC) --");
  t.equal(rows.join("").replaceAll("12 20:04 [one] | ", ""), `12 20:04 [one]: ${long.body}`);
});

const room = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const at = fc.integer({ min: 0, max: 4_000_000_000_000_000 });
const kind = fc.constantFrom(kinds.said, kinds.act);
const body = fc.array(fc.oneof(wildText, fc.constantFrom("\n", "x".repeat(MAX_ROW_LENGTH))), { maxLength: 8 });
const message = fc.record({
  pos: fc.nat(),
  seq: fc.nat(),
  atMicros: at,
  kind,
  author: wildText,
  body: body.map((parts) => parts.join("")),
});

/** The rows of a message, or of its author's change of it, without what a view puts before each of them. */
function shownRows(message: Message, room: RoomLabel, view: number): string[][] {
  const { author, seq, body } = message;
  const said = Buffer.from(textFormat.messages(room, [message], view).bytes).toString();
  const event = { type: "changed", room, by: author, seq, text: body } as const;
  const changed = Buffer.from(textFormat.event(event, view, message.atMicros)).toString();
  return [said, changed].map((text) => {
    deepEqual([controlsIn(text), text.endsWith("\r\n")], [[], true]);
    const rows = text.slice(0, -2).split("\r\n");
    return view & 1 ? rows.map((row) => /^\d\d:\d\d (.*)$/.exec(row)?.[1] ?? "no time") : rows;
  });
}

t.test("whatever a message holds, each of its rows tells whose it is and holds no control character", async (t) => {
  const view = fc.constantFrom(0, 1, 2, 3);
  holds(
    t,
    fc.property(message, room, view, (message, shown, view) => {
      const author = cleanText(message.author);
      const label = view & 2 ? `#${shown} ` : "";
      const start = message.kind === kinds.act ? `* ${author} ` : `[${author}]: `;
      const [said = [], changed = []] = shownRows(message, { id: 7, name: { shown } }, view);
      const isOwn = (rows: readonly string[], label: string): boolean =>
        rows.slice(1).every((row) => row.startsWith(`${label}[${author}] | `));
      deepEqual([said[0]?.startsWith(label + start), isOwn(said, label)], [true, true]);
      const sentence = `[*]: User ${author} changed line ${message.seq} in ${shown}: `;
      deepEqual([changed[0]?.startsWith(cleanText(sentence)), isOwn(changed, `#${shown} `)], [true, true]);
    }),
    500,
  );
});

function fits(parts: readonly string[]): boolean {
  return Buffer.byteLength(parts.join("")) <= MAX_BODY_BYTES && parts.join("").split(/\r|\n/).length <= MAX_BODY_LINES;
}

t.test("a message that was cleaned loses nothing in its rows", async (t) => {
  holds(
    t,
    fc.property(body.filter(fits), (parts) => {
      const body = cleanBody(parts.join(""));
      // A row that ends in the middle of a line goes on in the next one.
      deepEqual(rowsOf(body).map(cleanText).join(""), body.replaceAll("\n", ""));
    }),
  );
});

t.test("whatever a whisper holds, it is one line with no control character", async (t) => {
  holds(
    t,
    fc.property(wildText, wildText, (from, said) => {
      const line = renderWhisper(from, said);
      deepEqual([controlsIn(line), line.includes("\n")], [[], false]);
    }),
    500,
  );
});

t.test("whatever history holds, each row has the number of its message and no control character", async (t) => {
  holds(
    t,
    fc.property(fc.array(message, { maxLength: 5 }), room, at, (messages, room, now) => {
      const [, ...rows] = renderHistory(messages, room, now)
        .split("\r\n")
        .filter((row) => !/^-- \d{4}-\d\d-\d\d --$/.test(row));
      deepEqual(rows.flatMap(controlsIn), []);
      const numbers = rows.map((row) => /^(\d+) \d\d:\d\d /.exec(row)?.[1]);
      deepEqual(
        numbers,
        messages.flatMap(({ seq, body }) => rowsOf(body).map(() => String(seq))),
      );
    }),
  );
});

t.test("a clean line is shown as it is", async (t) => {
  const clean = fc.string({ unit: "grapheme" }).filter((text) => controlsIn(text).length === 0 && text.isWellFormed());
  holds(
    t,
    fc.property(clean, (text) => deepEqual(renderMessage(aMessage({ body: text })), `[one]: ${text}`)),
  );
});

t.test("authors get their acts back, and nothing else that they said", async (t) => {
  t.equal(textFormat.echoes(kinds.said), false);
  t.equal(textFormat.echoes(kinds.act), true);
});

t.test("a view is what the session wants to see and whether it talks in the room", async (t) => {
  const views = [textFormat.view(false, true), textFormat.view(true, true), textFormat.view(false, false)];
  t.same([...views, textFormat.view(true, false)], [0, 1, 2, 3]);
});
