import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import type { LineLimits } from "../../src/telnet/typed-line.ts";
import { LineEditor } from "../../src/telnet/line-editor.ts";
import { TypedLine } from "../../src/telnet/typed-line.ts";
import { controlsIn } from "../../tools/control-characters.ts";
import { holds } from "../support/property.ts";
import { RecordingSink } from "../support/sockets/recording-sink.ts";
import { cutAt, everySplit } from "../support/sockets/splits.ts";
import { cuts, wildBytes } from "../../tools/wild-bytes.ts";

const LIMITS: LineLimits = { maxLineBytes: 2048, maxRunBytes: 32 * 1024 };

interface Typing {
  readonly packets: readonly (string | Buffer)[];
  readonly typed?: string | Buffer;
  readonly limits?: LineLimits;
}

/** An editor after these packets: what it said, and the line that is not finished. */
function typeIn({ packets, typed = "", limits = LIMITS }: Typing): { line: TypedLine; sink: RecordingSink } {
  const sink = new RecordingSink();
  const line = new TypedLine({ maxLineBytes: 0, maxRunBytes: limits.maxRunBytes });
  line.append(Buffer.from(typed), 0, Buffer.byteLength(typed));
  const editor = new LineEditor(limits, line);
  for (const packet of packets) {
    const bytes = Buffer.from(packet);
    editor.push(bytes, 0, bytes.length, sink);
  }
  return { line, sink };
}

const TABLE: readonly { what: string; keys: string; lines: readonly string[]; echo: string }[] = [
  { what: "what is typed is shown", keys: "hi\r\0", lines: ["hi"], echo: "hi\r\n" },
  { what: "CR LF is one Enter", keys: "a\r\nb\r\n", lines: ["a", "b"], echo: "a\r\nb\r\n" },
  { what: "CR NUL is one Enter", keys: "a\r\0b\r\0", lines: ["a", "b"], echo: "a\r\nb\r\n" },
  { what: "CR alone is Enter", keys: "a\rb\r", lines: ["a", "b"], echo: "a\r\nb\r\n" },
  { what: "LF alone is Enter", keys: "a\nb\n", lines: ["a", "b"], echo: "a\r\nb\r\n" },
  { what: "LF is Enter before anything else too", keys: "\na\n", lines: ["", "a"], echo: "\r\na\r\n" },
  { what: "LF is Enter again after a line that CR ended", keys: "a\rb\n", lines: ["a", "b"], echo: "a\r\nb\r\n" },
  { what: "Enter twice is an empty line", keys: "a\r\0\r\0", lines: ["a", ""], echo: "a\r\n\r\n" },
  { what: "DEL takes the last character back", keys: "hu\u007fi\r\0", lines: ["hi"], echo: "hu\b \bi\r\n" },
  { what: "BS does so too", keys: "hu\bi\r\0", lines: ["hi"], echo: "hu\b \bi\r\n" },
  { what: "backspace on an empty line does nothing", keys: "\b\u007fa\b\b\bb\r", lines: ["b"], echo: "a\b \bb\r\n" },
  { what: "backspace takes a whole character", keys: "aя\b😀\bb\r", lines: ["ab"], echo: "aя\b \b😀\b \bb\r\n" },
  { what: "^U takes the line back", keys: "abc\u0015d\r", lines: ["d"], echo: "abc\b \b\b \b\b \bd\r\n" },
  { what: "^U on an empty line does nothing", keys: "\u0015a\r", lines: ["a"], echo: "a\r\n" },
  { what: "^W takes a word back", keys: "a bc\u0017d\r", lines: ["a d"], echo: "a bc\b \b\b \bd\r\n" },
  {
    what: "^W takes the blanks behind the word too",
    keys: "a b  \u0017c\r",
    lines: ["a c"],
    echo: "a b  \b \b\b \b\b \bc\r\n",
  },
  { what: "^W takes the only word back", keys: "ab\u0017c\r", lines: ["c"], echo: "ab\b \b\b \bc\r\n" },
  { what: "^W takes a line of blanks back", keys: "  \u0017c\r", lines: ["c"], echo: "  \b \b\b \bc\r\n" },
  { what: "^W on an empty line does nothing", keys: "\u0017a\r", lines: ["a"], echo: "a\r\n" },
  {
    what: "^W knows how long an emoji is",
    keys: "😀😀 ab\u0017c\r",
    lines: ["😀😀 c"],
    echo: "😀😀 ab\b \b\b \bc\r\n",
  },
  { what: "cursor keys do nothing", keys: "a\u001b[Ab\u001bOCc\r", lines: ["abc"], echo: "abc\r\n" },
  { what: "keys with parameters do nothing", keys: "a\u001b[3~b\u001b[1;5Cc\r", lines: ["abc"], echo: "abc\r\n" },
  { what: "sequences of every kind do nothing", keys: "a\u001b[1 qb\u001b[@c\r", lines: ["abc"], echo: "abc\r\n" },
  { what: "Alt with a key does nothing", keys: "a\u001bxb\r", lines: ["ab"], echo: "ab\r\n" },
  { what: "Alt with a cursor key does nothing", keys: "a\u001b\u001b[Ab\r", lines: ["ab"], echo: "ab\r\n" },
  { what: "Enter after Escape is Enter", keys: "a\u001b\r\0b\r\0", lines: ["a", "b"], echo: "a\r\nb\r\n" },
  { what: "Enter ends a sequence that has no end", keys: "a\u001b[1\r\0b\r\0", lines: ["a", "b"], echo: "a\r\nb\r\n" },
  {
    what: "other control characters do nothing",
    keys: "a\u0001\u0007\u000b\0b\u0085\u009b\r",
    lines: ["ab"],
    echo: "ab\r\n",
  },
  { what: "what hides or turns text is not typed", keys: "a\u202eb\u200b\ufeff\r", lines: ["ab"], echo: "ab\r\n" },
  { what: "Tab is a blank", keys: "a\tb\r", lines: ["a b"], echo: "a b\r\n" },
  { what: "^D on a line does nothing", keys: "a\u0004b\r", lines: ["ab"], echo: "ab\r\n" },
];

t.test("each key does what it should, however keys are split over packets", async (t) => {
  for (const { what, keys, lines, echo } of TABLE) {
    for (const packets of everySplit(Buffer.from(keys))) {
      const { sink } = typeIn({ packets });
      t.same(sink.lines, lines, what);
      t.equal(sink.echoed, echo, what);
      t.equal(sink.count("interrupt"), 0, what);
    }
  }
});

t.test("^C drops the line and is an interrupt", async (t) => {
  for (const packets of everySplit(Buffer.from("abc\u0003d\r\0"))) {
    const { sink } = typeIn({ packets });
    t.same(
      sink.heard.filter(([name]) => name !== "echo"),
      [["interrupt"], ["line", "d"]],
    );
    t.equal(sink.echoed, "abc\r\nd\r\n");
  }
});

t.test("^D on an empty line is an interrupt", async (t) => {
  const { sink } = typeIn({ packets: ["\u0004", "a\b\u0004", "a\r\0\u0004"] });
  t.equal(sink.count("interrupt"), 3);
});

t.test("the keys of a Linux console do nothing", async (t) => {
  for (const packets of everySplit(Buffer.from("a\u001b[[Ab\u001b[[[c\u001b[[\r\0d\r\0"))) {
    t.same(typeIn({ packets }).sink.lines, ["abc", "d"]);
  }
});

t.test("keys that edit or interrupt are counted, and what comes behind one too many is not heard", async (t) => {
  for (const [keys, count] of [
    ["ab\b\u007f\u0015\u0017\u0003\u0004\u0001", 7],
    ["plain text, я and 😀\t\r\0", 0],
    ["\u001b[A\u001bx", 0],
  ] as const) {
    t.equal(typeIn({ packets: [keys] }).sink.controlKeys, count, JSON.stringify(keys));
  }
  const sink = new RecordingSink();
  sink.mostControlKeys = 3;
  const editor = new LineEditor(LIMITS, new TypedLine({ maxLineBytes: 0, maxRunBytes: 100 }));
  for (const packet of ["a\b", "b\bc\b", "d\r\0", "e\r\0"]) editor.push(Buffer.from(packet), 0, packet.length, sink);
  t.same([sink.controlKeys, sink.lines, sink.echoed], [3, [], "a\b \bb\b \bc"]);
});

t.test("bad UTF-8 is typed as U+FFFD", async (t) => {
  for (const packets of everySplit(Buffer.from([0x61, 0xff, 0x62, 0xc3, 0x0d]))) {
    const { sink } = typeIn({ packets });
    t.same(sink.lines, ["a\ufffdb\ufffd"]);
    t.equal(sink.echoed, "a\ufffdb\ufffd\r\n");
  }
});

t.test("what was typed before character mode is the beginning of the line, and can be edited", async (t) => {
  const { sink } = typeIn({ typed: "hellp", packets: ["\bo\r\0"] });
  t.same(sink.lines, ["hello"]);
  t.equal(sink.echoed, "\b \bo\r\n");
});

t.test("a line may be as long as the limit, and one byte more is refused as a whole", async (t) => {
  const limits = { maxLineBytes: 8, maxRunBytes: 100 };
  const heard = (keys: string) =>
    typeIn({ packets: [`${keys}\rnext\r`], limits }).sink.heard.filter(([name]) => name !== "echo");
  for (const text of ["1234567", "12345678", "жжжж"])
    t.same(heard(text), [
      ["line", text],
      ["line", "next"],
    ]);
  t.same(heard("123456789"), [
    ["lineTooLong", 9],
    ["line", "next"],
  ]);
  t.same(heard("жжжжж"), [
    ["lineTooLong", 10],
    ["line", "next"],
  ]);
  t.same(
    heard("123456789\b"),
    [
      ["line", "12345678"],
      ["line", "next"],
    ],
    "taking a key back makes it shorter",
  );
  t.same(heard("жжжжж\u0015жжжж"), [
    ["line", "жжжж"],
    ["line", "next"],
  ]);
});

t.test("what was typed before counts with its bytes, and can be erased", async (t) => {
  const limits = { maxLineBytes: 8, maxRunBytes: 100 };
  const tooLong = typeIn({ typed: "12345", packets: ["6789\r"], limits }).sink;
  t.equal(tooLong.count("lineTooLong"), 1);
  const { line } = typeIn({ typed: "1я3", packets: ["\u0015"], limits });
  t.equal(line.length, 0);
});

t.test("so many bytes without a line end are too many, said once, and nothing is heard after", async (t) => {
  const limits = { maxLineBytes: 0, maxRunBytes: 8 };
  t.same(typeIn({ packets: ["1234567\r"], limits }).sink.lines, ["1234567"]);
  for (const keys of ["12345678", "1234567ж", "1".repeat(30)]) {
    const { line, sink } = typeIn({ packets: [`${keys}\rnext\r`], limits });
    t.equal(line.length, 0);
    t.equal(sink.count("lineEndless"), 1);
    t.same(sink.lines, []);
  }
});

t.test("any keys in any split mean the same as unsplit, and show the same", async (t) => {
  const limits = fc.record({
    maxLineBytes: fc.integer({ min: 0, max: 20 }),
    maxRunBytes: fc.integer({ min: 21, max: 60 }),
  });
  holds(
    t,
    fc.property(wildBytes, cuts, limits, wildBytes, (bytes, places, limits, typed) => {
      const split = typeIn({ packets: cutAt(bytes, places), typed, limits }).sink;
      deepEqual(split.heard, typeIn({ packets: [bytes], typed, limits }).sink.heard);
    }),
  );
});

t.test("no control character is shown but backspace and line ends, and none is in a line", async (t) => {
  holds(
    t,
    fc.property(wildBytes, cuts, wildBytes, (bytes, places, typed) => {
      const { sink } = typeIn({ packets: cutAt(bytes, places), typed });
      deepEqual(controlsIn(sink.echoed.replaceAll("\b \b", "")), []);
      // What line mode has left of control characters is taken out where a line is parsed, as for any other line.
      for (const line of typeIn({ packets: cutAt(bytes, places) }).sink.lines) deepEqual(controlsIn(`${line}.`), []);
    }),
    500,
  );
});

t.test("a terminal that shows what it is told shows the line that is sent", async (t) => {
  const key = fc.constantFrom("a", " ", "я", "😀", "\b", "\u007f", "\u0015", "\u0017", "\u001b[A", "\u0007");
  holds(
    t,
    fc.property(fc.array(key, { maxLength: 40 }), (keys) => {
      const { sink } = typeIn({ packets: [`${keys.join("")}\r`] });
      const screen: string[] = [];
      for (const shown of sink.echoed.replaceAll("\b \b", "\b").trimEnd()) {
        if (shown === "\b") screen.pop();
        else screen.push(shown);
      }
      deepEqual(screen.join("").trimEnd(), sink.lines[0]?.trimEnd());
    }),
  );
});
