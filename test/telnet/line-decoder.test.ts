import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { LineDecoder } from "../../src/telnet/input.ts";
import { finishLine, type LineLimits } from "../../src/telnet/typed-line.ts";
import { holds } from "../support/property.ts";
import { type Heard, RecordingSink } from "../support/sockets/recording-sink.ts";
import { cutAt, everySplit } from "../support/sockets/splits.ts";
import { cuts, wildBytes } from "../../tools/wild-bytes.ts";

const NO_LIMITS: LineLimits = { maxLineBytes: 0, maxRunBytes: 1024 * 1024 };

/** What a decoder says of these packets, with the last line if the peer then ends. */
function decode(packets: readonly Buffer[], limits = NO_LIMITS, isEnded = false): readonly Heard[] {
  const sink = new RecordingSink();
  const decoder = new LineDecoder(limits);
  for (const packet of packets) decoder.push(packet, 0, packet.length, sink);
  if (isEnded && decoder.length > 0) finishLine(decoder.begunLine(), limits, sink);
  return sink.heard;
}

function heardLines(...lines: readonly string[]): Heard[] {
  return lines.map((line) => ["line", line]);
}

const TABLE: readonly { readonly bytes: string; readonly means: readonly string[]; readonly what: string }[] = [
  { what: "LF ends a line", bytes: "one\ntwo\n", means: ["one", "two"] },
  { what: "CR LF ends a line", bytes: "one\r\ntwo\r\n", means: ["one", "two"] },
  { what: "CR NUL ends a line", bytes: "one\r\0two\r\0", means: ["one", "two"] },
  { what: "a lone CR ends a line", bytes: "one\rtwo\r", means: ["one", "two"] },
  { what: "line ends of every kind mix", bytes: "a\nb\r\nc\r\0d\re\n", means: ["a", "b", "c", "d", "e"] },
  { what: "two CR are two line ends", bytes: "one\r\rtwo\n", means: ["one", "", "two"] },
  { what: "CR CR LF is two line ends", bytes: "one\r\r\n", means: ["one", ""] },
  { what: "LF CR is two line ends", bytes: "one\n\rtwo\n", means: ["one", "", "two"] },
  { what: "CR LF LF is two line ends", bytes: "one\r\n\ntwo\n", means: ["one", "", "two"] },
  { what: "CR NUL LF is two line ends", bytes: "one\r\0\n", means: ["one", ""] },
  { what: "empty lines are lines", bytes: "\r\n\n\r\0", means: ["", "", ""] },
  { what: "NUL elsewhere is part of the line", bytes: "o\0ne\n\0\n", means: ["o\0ne", "\0"] },
  { what: "what has no line end yet is no line", bytes: "one\ntw", means: ["one"] },
  { what: "control characters are part of the line", bytes: "\u0004o\u001b[Ane\n", means: ["\u0004o\u001b[Ane"] },
  { what: "UTF-8 passes through", bytes: "grün 😀 я\nжук\n", means: ["grün 😀 я", "жук"] },
];

t.test("however bytes are split over packets, they mean the same lines", async (t) => {
  for (const { what, bytes, means } of TABLE) {
    for (const packets of everySplit(Buffer.from(bytes))) {
      t.same(decode(packets), heardLines(...means), `${what}, in ${packets.map((packet) => packet.length).join("+")}`);
    }
  }
});

t.test("bad UTF-8 becomes U+FFFD and spoils nothing behind it, in every split", async (t) => {
  const table: readonly [hex: string, means: string][] = [
    ["80", "\ufffd"],
    ["ff", "\ufffd"],
    ["c3", "\ufffd"],
    ["c328", "\ufffd("],
    ["e282", "\ufffd"],
    ["e2826f", "\ufffdo"],
    ["f09f98", "\ufffd"],
    ["c0af", "\ufffd\ufffd"],
    ["eda080", "\ufffd\ufffd\ufffd"],
    ["f4908080", "\ufffd\ufffd\ufffd\ufffd"],
    ["c3bcff61", "ü\ufffda"],
  ];
  for (const [hex, means] of table) {
    const bytes = Buffer.concat([Buffer.from("a"), Buffer.from(hex, "hex"), Buffer.from("\r\nb€\n")]);
    for (const packets of everySplit(bytes)) t.same(decode(packets), heardLines(`a${means}`, "b€"), hex);
  }
});

t.test("only the part of a packet that is given is looked at, and its bytes may be used again", async (t) => {
  const sink = new RecordingSink();
  const decoder = new LineDecoder(NO_LIMITS);
  const packet = Buffer.from("xxone\ntwxx");
  decoder.push(packet, 2, 8, sink);
  packet.fill("-");
  decoder.push(Buffer.from("o\n"), 0, 2, sink);
  t.same(sink.lines, ["one", "two"]);
});

t.test("a line may be as long as the limit, and one byte more is refused as a whole", async (t) => {
  const limits = { maxLineBytes: 8, maxRunBytes: 100 };
  for (const text of ["1234567", "12345678", "жжжж"]) {
    for (const packets of everySplit(Buffer.from(`${text}\nnext\n`))) {
      t.same(decode(packets, limits), heardLines(text, "next"));
    }
  }
  for (const [text, bytes] of [["123456789", 9] as const, ["жжжжж", 10] as const, ["1".repeat(99), 99] as const]) {
    for (const packets of everySplit(Buffer.from(`${text}\r\nnext\n`))) {
      t.same(decode(packets, limits), [
        ["lineTooLong", bytes],
        ["line", "next"],
      ]);
    }
  }
});

t.test("the usual limits hold at 2047, 2048 and 2049 bytes", async (t) => {
  const limits = { maxLineBytes: 2048, maxRunBytes: 32 * 1024 };
  for (const length of [2047, 2048]) {
    t.same(decode([Buffer.from(`${"x".repeat(length)}\n`)], limits), heardLines("x".repeat(length)));
  }
  t.same(decode([Buffer.from(`${"x".repeat(2049)}\n`)], limits), [["lineTooLong", 2049]]);
});

t.test("so many bytes without a line end are too many, said once, and nothing is heard after", async (t) => {
  const limits = { maxLineBytes: 0, maxRunBytes: 8 };
  for (const packets of everySplit(Buffer.from("1234567\nnext\n"))) {
    t.same(decode(packets, limits), heardLines("1234567", "next"));
  }
  for (const endless of ["12345678", "123456789", "1".repeat(30)]) {
    for (const packets of everySplit(Buffer.from(`one\n${endless}\nnext\n`))) {
      t.same(decode(packets, limits, true), [["line", "one"], ["lineEndless"]], `${endless.length} bytes`);
    }
  }
});

t.test("an endless line is noticed when its last byte too many comes, not when it ends", async (t) => {
  const limits = { maxLineBytes: 4, maxRunBytes: 8 };
  t.same(decode([Buffer.from("1234567")], limits), []);
  t.same(decode([Buffer.from("12345678")], limits), [["lineEndless"]]);
  t.same(decode([Buffer.from("1234"), Buffer.from("5678"), Buffer.from("9")], limits), [["lineEndless"]]);
});

t.test("32 KiB without a line end are too many, one byte less is only a line that is too long", async (t) => {
  const limits = { maxLineBytes: 2048, maxRunBytes: 32 * 1024 };
  for (const [length, means] of [
    [32767, ["lineTooLong", 32767]],
    [32768, ["lineEndless"]],
    [32769, ["lineEndless"]],
  ] as const) {
    const bytes = Buffer.from(`${"x".repeat(length)}\n`);
    for (const places of [[], [1], [2048], [2049], [32767], [32768], [10_000, 20_000, 30_000]]) {
      t.same(decode(cutAt(bytes, places), limits), [means], `${length} bytes cut at ${places.join()}`);
    }
  }
});

t.test("the last line needs no line end when the peer ends", async (t) => {
  t.same(decode([Buffer.from("one\ntwo")], NO_LIMITS, true), heardLines("one", "two"));
  t.same(decode([Buffer.from("tw"), Buffer.from("o")], NO_LIMITS, true), heardLines("two"));
  t.same(decode([Buffer.from("one\r")], NO_LIMITS, true), heardLines("one"), "CR ended it already");
  t.same(decode([], NO_LIMITS, true), []);
  t.same(decode([Buffer.from("123456789")], { maxLineBytes: 8, maxRunBytes: 100 }, true), [["lineTooLong", 9]]);
});

t.test("any bytes in any split mean the same as unsplit", async (t) => {
  const limits = fc.record({
    maxLineBytes: fc.integer({ min: 0, max: 20 }),
    maxRunBytes: fc.integer({ min: 21, max: 40 }),
  });
  holds(
    t,
    fc.property(wildBytes, cuts, limits, (bytes, places, limits) => {
      deepEqual(decode(cutAt(bytes, places), limits, true), decode([bytes], limits, true));
    }),
  );
});

t.test("lines that hold no line end come back as they were written, whatever ends them", async (t) => {
  const line = fc.string({ unit: "grapheme", maxLength: 20 }).filter((text) => !/[\r\n]|^\0/.test(text));
  const ending = fc.constantFrom("\n", "\r\n", "\r\0", "\r");
  holds(
    t,
    fc.property(fc.array(line), ending, cuts, (lines, end, places) => {
      const bytes = Buffer.from(lines.map((text) => text + end).join(""));
      deepEqual(decode(cutAt(bytes, places)), heardLines(...lines));
    }),
  );
});
