import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import type { LineLimits } from "../../src/telnet/typed-line.ts";
import { LineEditor } from "../../src/telnet/line-editor.ts";
import { controlsIn } from "../../tools/control-characters.ts";
import { holds } from "../support/property.ts";
import { RecordingSink } from "../support/sockets/recording-sink.ts";
import { cutAt, everySplit } from "../support/sockets/splits.ts";
import { cuts, wildBytes } from "../../tools/wild-bytes.ts";

const LIMITS: LineLimits = { maxLineBytes: 2048, maxRunBytes: 32 * 1024 };
const LEFT = "\u001b[D";
const UP = "\u001b[A";
const DOWN = "\u001b[B";

interface Typing {
  readonly packets: readonly (string | Buffer)[];
  readonly known?: readonly string[];
  readonly limits?: LineLimits;
}

/** An editor after these packets, and what it said. */
function typeIn({ packets, known = [], limits = LIMITS }: Typing): { editor: LineEditor; sink: RecordingSink } {
  const sink = new RecordingSink();
  sink.known = known;
  const editor = new LineEditor(limits, sink);
  for (const packet of packets) {
    const bytes = Buffer.from(packet);
    editor.push(bytes, 0, bytes.length, sink);
  }
  return { editor, sink };
}

const TABLE: readonly (readonly [what: string, keys: string, ...lines: string[]])[] = [
  ["letters are typed", "hi\r\0", "hi"],
  ["Enter twice is an empty line", "a\r\0\r\0", "a", ""],
  ["backspace takes a character back", "hu\u007fi\r", "hi"],
  ["backspace on an empty line does nothing", "\b\u007fa\b\b\bb\r", "b"],
  ["backspace takes a whole grapheme", "aя\be\u0301\b😀\bb\r", "ab"],
  ["^U takes the line back", "abc\u0015d\r", "d"],
  ["^U takes back what is before the cursor", `abc${LEFT}\u0015\r`, "c"],
  ["^W takes a word back", "a bc\u0017d\r", "a d"],
  ["^K takes the rest", `abc${LEFT}${LEFT}\u000b\r`, "a"],
  ["letters are typed where the cursor is", `ac${LEFT}b\r`, "abc"],
  ["Home and End", "bc\u001b[Ha\u001b[Fd\r", "abcd"],
  ["^A and ^E", "bc\u0001a\u0005d\r", "abcd"],
  ["Delete takes what is behind the cursor", "abc\u0001\u001b[3~\r", "bc"],
  ["^D does so too on a line", "abc\u0001\u0004\r", "bc"],
  ["by words", "one two three\u001bb\u001bb\u001bd\r", "one  three"],
  ["Enter takes the whole line", `abc${LEFT}${LEFT}\r`, "abc"],
  ["Up shows the last line", `one\r${UP}\r`, "one", "one"],
  ["and the one before it", `one\rtwo\r${UP}${UP}\r`, "one", "two", "one"],
  ["and none before the first", `one\r${UP}${UP}${UP}!\r`, "one", "one!"],
  ["Down goes back to what was begun", `one\rtwo\rbegun${UP}${UP}${DOWN}${DOWN}!\r`, "one", "two", "begun!"],
  ["Down at the end does nothing", `a${DOWN}b\r`, "ab"],
  [
    "empty lines and repeated ones are no earlier lines",
    `one\r\rtwo\rtwo\r${UP}${UP}\r`,
    "one",
    "",
    "two",
    "two",
    "one",
  ],
  ["^C leaves the earlier lines", `one\rtwo\rsecret${UP}\u0003${UP}\r`, "one", "two", "two"],
  ["a line that begins behind Esc comes whole", "\u001bPlease\r", "lease"],
  ["what hides or turns text is not typed", "a\u202eb\u200b\ufeff\r", "ab"],
  ["other control characters do nothing", "a\u0007\u0011b\u0085\u009b\r", "ab"],
  ["Tab is a blank where nothing is known", "a\tb\r", "a b"],
];

t.test("each key does what it should, however keys are split over packets", async (t) => {
  for (const [what, keys, ...lines] of TABLE) {
    for (const packets of everySplit(Buffer.from(keys))) {
      const { sink } = typeIn({ packets });
      t.same(sink.lines, lines, what);
      if (sink.count("interrupt") === 0) t.same(sink.entries, lines, what);
    }
  }
});

t.test("earlier lines are kept up to a number and a length", async (t) => {
  const all = Array.from({ length: 60 }, (_, i) => `line ${i}`);
  const many = typeIn({ packets: [`${all.join("\r")}\r`, UP.repeat(100)] });
  t.equal(many.editor.line.text, "line 10");
  const long = typeIn({
    packets: [
      `${"a".repeat(2000)}\r`.repeat(1),
      ..."bcdef".split("").map((letter) => `${letter.repeat(2000)}\r`),
      UP.repeat(100),
    ],
  });
  t.equal(long.editor.line.text[0], "c");
});

t.test("Tab adds what is certain, and the second one lists what may follow", async (t) => {
  const known = ["/join", "/jump", "/leave"];
  t.equal(typeIn({ packets: ["/l\t"], known }).editor.line.text, "/leave ");
  t.equal(typeIn({ packets: ["/\t"], known }).editor.line.text, "/");
  const { editor, sink } = typeIn({ packets: ["/j\t", "\t"], known });
  t.equal(editor.line.text, "/j");
  t.same(sink.heard, [["list", "/join /jump"]]);
  t.equal(typeIn({ packets: ["/x\t"], known }).editor.line.text, "/x ");
  t.equal(typeIn({ packets: ["Pl\t"], known: ["Planes", "Planets"] }).editor.line.text, "Plane");
  t.equal(typeIn({ packets: ["pl\t\t"], known: ["pLanes"] }).editor.line.text, "pl  ");
  const within = typeIn({ packets: [`/lx${LEFT}\t`], known });
  t.equal(within.editor.line.text, "/leave x");
});

t.test("Tab is a blank where more came with it: that was pasted", async (t) => {
  const known = ["/leave"];
  t.equal(typeIn({ packets: ["/l\tx"], known }).editor.line.text, "/l x");
  t.same(typeIn({ packets: ["/l\t\r/l", "\t"], known }).sink.lines, ["/l "]);
  t.equal(typeIn({ packets: ["/l\t\tx"], known }).editor.line.text, "/l  x");
  t.equal(typeIn({ packets: ["/l\t", "x"], known }).editor.line.text, "/leave x");
});

t.test("what answers the login prompt is not offered again, and nothing is offered there", async (t) => {
  const sink = new RecordingSink();
  const editor = new LineEditor(LIMITS, sink);
  const types = (keys: string): void => editor.push(Buffer.from(keys), 0, Buffer.byteLength(keys), sink);
  sink.isLoggedIn = false;
  types(`ann:7Q4K-M2XD\r${UP}`);
  t.equal(editor.line.text, "");
  sink.isLoggedIn = true;
  types(`hello\r${UP}${UP}`);
  t.equal(editor.line.text, "hello");
  types("\r");
  sink.isLoggedIn = false;
  types(UP);
  t.equal(editor.line.text, "", "nor what was said before the name was lost");
});

t.test("^C drops the line and is an interrupt", async (t) => {
  for (const packets of everySplit(Buffer.from("abc\u0003d\r\0"))) {
    t.same(typeIn({ packets }).sink.heard, [["entered", "abc"], ["interrupt"], ["entered", "d"], ["line", "d"]]);
  }
});

t.test("^D on an empty line is an interrupt", async (t) => {
  const { sink } = typeIn({ packets: ["\u0004", "a\b\u0004", "a\r\0\u0004"] });
  t.equal(sink.count("interrupt"), 3);
});

t.test("^L shows the line on an empty terminal", async (t) => {
  t.same(typeIn({ packets: ["abc\u000c"] }).sink.heard, [["redraw"]]);
});

t.test("keys that edit or interrupt are counted, and what comes behind one too many is not heard", async (t) => {
  for (const [keys, count] of [
    ["ab\b\u007f\u0015\u0017\u0003\u0004\u0001", 7],
    ["plain text, я and 😀\t\r\0", 0],
    [`${UP}${LEFT}\u001bb`, 3],
    ["\u001b[15~\u001bx", 0],
  ] as const) {
    t.equal(typeIn({ packets: [keys] }).sink.controlKeys, count, JSON.stringify(keys));
  }
  const sink = new RecordingSink();
  sink.mostControlKeys = 3;
  const editor = new LineEditor(LIMITS, sink);
  for (const packet of ["a\b", "b\bc\bd\r\0"]) editor.push(Buffer.from(packet), 0, packet.length, sink);
  t.same([sink.controlKeys, sink.lines, editor.line.text], [3, [], "c"]);
});

t.test("a line may be as long as the limit, and one byte more is refused as a whole", async (t) => {
  const limits = { maxLineBytes: 8, maxRunBytes: 100 };
  const heard = (keys: string) =>
    typeIn({ packets: [`${keys}\rnext\r`], limits }).sink.heard.filter(([name]) => name !== "entered");
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
  t.same(heard("жжжжжжжжж\u0015жжжж"), [
    ["line", "жжжж"],
    ["line", "next"],
  ]);
});

t.test("so many bytes without a line end are too many, said once, and nothing is heard after", async (t) => {
  const limits = { maxLineBytes: 0, maxRunBytes: 8 };
  t.same(typeIn({ packets: ["1234567\r"], limits }).sink.lines, ["1234567"]);
  for (const keys of ["12345678", "1234567ж", "1".repeat(30)]) {
    const { editor, sink } = typeIn({ packets: [`${keys}\rnext\r`], limits });
    t.equal(editor.line.length, 0);
    t.equal(sink.count("lineEndless"), 1);
    t.same(sink.lines, []);
  }
});

t.test("any keys in any split mean the same as unsplit", async (t) => {
  const limits = fc.record({
    maxLineBytes: fc.integer({ min: 0, max: 20 }),
    maxRunBytes: fc.integer({ min: 21, max: 60 }),
  });
  holds(
    t,
    fc.property(wildBytes, cuts, limits, (bytes, places, limits) => {
      const split = typeIn({ packets: cutAt(bytes, places), limits }).sink;
      deepEqual(split.heard, typeIn({ packets: [bytes], limits }).sink.heard);
    }),
  );
});

t.test("no control character is in a line, nor in what stays on the terminal", async (t) => {
  holds(
    t,
    fc.property(wildBytes, cuts, (bytes, places) => {
      const { editor, sink } = typeIn({ packets: cutAt(bytes, places) });
      for (const line of [...sink.lines, ...sink.entries, editor.line.text]) deepEqual(controlsIn(`${line}.`), []);
    }),
    500,
  );
});
