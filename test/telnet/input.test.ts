import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { TelnetInput } from "../../src/telnet/input.ts";
import { cleanText } from "../../src/domain/text.ts";
import { holds } from "../support/property.ts";
import { type Heard, RecordingSink } from "../support/sockets/recording-sink.ts";
import { cutAt, everySplit } from "../support/sockets/splits.ts";
import { cuts, wildBytes } from "../../tools/wild-bytes.ts";

const LIMITS = { maxLineBytes: 2048, maxRunBytes: 32 * 1024 };
const DO_ECHO = "fffd01";
const DO_SGA = "fffd03";
const DONT_ECHO = "fffe01";
const DONT_SGA = "fffe03";
const CHARACTER_MODE = DO_ECHO + DO_SGA;
const LINE_MODE = DONT_ECHO + DONT_SGA;

/** Telnet commands as hex between texts: `bytes("on", { hex: "fff1" }, "e\r\n")`. */
function bytes(...parts: readonly (string | { readonly hex: string })[]): Buffer {
  return Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part.hex, "hex"))),
  );
}

function receive(packets: readonly Buffer[], limits = LIMITS, isEnded = false): RecordingSink {
  const sink = new RecordingSink();
  const input = new TelnetInput(limits, sink);
  for (const packet of packets) input.push(packet);
  if (isEnded) input.end();
  return sink;
}

t.test("a line of GNU telnet arrives as it was typed", async (t) => {
  for (const packets of everySplit(bytes("grün 😀\r\nnext\r\n"))) {
    t.same(receive(packets).heard, [
      ["line", "grün 😀"],
      ["line", "next"],
    ]);
  }
});

t.test("nothing telnet is sent to a peer that sent nothing telnet", async (t) => {
  holds(
    t,
    fc.property(wildBytes, cuts, (sent, places) => {
      const plain = sent.filter((byte) => byte !== 0xff);
      const sink = receive(cutAt(Buffer.from(plain), places));
      deepEqual([sink.answered, sink.edit], ["", null]);
    }),
  );
});

const KEYS = [
  { key: "^C", command: "fff4" },
  { key: "^\\", command: "fff3" },
  { key: "^Z", command: "ffed" },
] as const;

t.test(
  "an interrupt of GNU telnet drops what was typed, and the timing mark is given so that output goes on",
  async (t) => {
    for (const { key, command } of KEYS) {
      for (const packets of everySplit(bytes("hal", { hex: `${command}fffd06` }, "hello\r\n"))) {
        const sink = receive(packets);
        t.same(sink.lines, ["hello"], key);
        t.equal(sink.count("interrupt"), 1, key);
        t.equal(sink.answered, "fffb06", key);
      }
    }
  },
);

t.test("an interrupt is told at its place among the lines, and once for each key", async (t) => {
  for (const { key, command } of KEYS) {
    const sink = receive([bytes("one\r\n", { hex: `${command}fffd06` }, "two\r\n")]);
    t.same(sink.heard, [["line", "one"], ["interrupt"], ["answer", "\u00ff\u00fb\u0006"], ["line", "two"]], key);
  }
});

t.test("letters that GNU telnet takes for control keys are letters", async (t) => {
  // As GNU telnet 2.4 sends them: 83, 8f, 9a and 9c become IP, AO, SUSP and BREAK, each with DO TIMING-MARK.
  const table: readonly [text: string, hex: string][] = [
    ["у", "d1fff4fffd06"],
    ["я", "d1fff5fffd06"],
    ["К", "d0ffedfffd06"],
    ["М", "d0fff3fffd06"],
    ["уя", "d1fff4fffd06d1fff5fffd06"],
    ["ャ", "e3fff4fffd06a3"],
    ["⃚", "e2fff4fffd06ffedfffd06"],
    ["😏", "f09f98fff5fffd06"],
  ];
  for (const [text, hex] of table) {
    for (const packets of everySplit(bytes("a", { hex }, "b\r\n"))) {
      const sink = receive(packets);
      t.same(sink.lines, [`a${text}b`]);
      t.equal(sink.count("interrupt"), 0);
    }
  }
});

t.test("an interrupt after whole letters is one", async (t) => {
  for (const letters of ["я", "ャ", "😏", "яa", ""]) {
    for (const packets of everySplit(bytes(letters, { hex: "fff4fffd06" }, "b\r\n"))) {
      const sink = receive(packets);
      t.same(sink.lines, ["b"], letters);
      t.equal(sink.count("interrupt"), 1, letters);
    }
  }
});

t.test("every timing mark is given, from the first byte on and in every mode", async (t) => {
  t.equal(receive([bytes({ hex: "fffd06fffd06" })]).answered, "fffb06fffb06");
  t.equal(receive([bytes({ hex: `${CHARACTER_MODE}fffd06` })]).answered, "fffb01fffd1ffffd00fffb03fffb06");
});

t.test("^D of GNU telnet, which comes alone and with no line end, is an interrupt and spoils no line", async (t) => {
  const sink = receive([bytes("\u0004"), bytes("one\r\n")]);
  t.same(
    sink.heard.map(([name]) => name),
    ["interrupt", "line"],
  );
  t.same(sink.lines.map(cleanText), ["one"]);
});

t.test("^D is one too behind a command, and none within a line that comes whole", async (t) => {
  t.equal(receive([bytes({ hex: "fff104" })]).count("interrupt"), 1);
  t.equal(receive([bytes("o\u0004ne\r\n")]).count("interrupt"), 0);
});

t.test("a byte of a command that comes alone is part of the command, even when its number is that of ^D", async (t) => {
  for (const hex of ["fffd04", "fffb04", "fffa18040404fff0", "fffa1f0004000400fff0"]) {
    const whole = receive([bytes({ hex }, "one\r\n")]);
    for (const packets of everySplit(bytes({ hex }, "one\r\n"))) t.same(receive(packets).heard, whole.heard, hex);
    t.same(whole.lines, ["one"]);
    t.equal(whole.count("interrupt"), 0);
  }
});

t.test("a window may tell its size, also one that contains a line end or a doubled 255", async (t) => {
  for (const [size, shown] of [
    ["00500018", "80 x 24"],
    ["010a0018", "266 x 24"],
    ["010d0018", "269 x 24"],
    ["00ffff0018", "255 x 24"],
    ["0000ffff", "0 x 65280"],
    ["ffffffffffffffff", "65535 x 65535"],
    ["0050", "80 x 0"],
  ] as const) {
    for (const packets of everySplit(bytes("on", { hex: `fffb1ffffa1f${size}fff0` }, "e\r\n"))) {
      const sink = receive(packets);
      t.same(sink.lines, ["one"], size);
      t.equal(sink.answered, "fffd1f", size);
      t.same(
        sink.heard.filter(([name]) => name === "resize"),
        [["resize", shown]],
      );
    }
  }
  t.equal(receive([bytes({ hex: "fffa1f00fff0fffafff0fffa1800500018fff0" })]).count("resize"), 0, "no size");
});

t.test("a letter that is 255 in its character set is part of its line, doubled or not", async (t) => {
  const line = (hex: string): string[] => receive([bytes({ hex }, "\r\n")]).lines;
  t.same(line("ffff"), ["\ufffd"]);
  t.same(line("e6ffffea"), ["\ufffd\ufffd\ufffd"]);
  t.same(line("61ffea62"), ["a\ufffdb"], "nc does not double it: the letter is lost, the next one is not");
});

t.test("a character of several bytes may have a command inside", async (t) => {
  for (const packets of everySplit(bytes({ hex: "f09ffff19880" }, "\r\n"))) t.same(receive(packets).lines, ["😀"]);
});

t.test("AYT asks whether anybody is there, and leaves the line alone", async (t) => {
  t.same(receive([bytes("on", { hex: "fff6" }, "e\r\n")]).heard, [["areYouThere"], ["line", "one"]]);
});

t.test("other commands mean nothing", async (t) => {
  for (const code of ["ee", "ef", "f0", "f1", "f2", "f5", "f7", "f8", "f9"]) {
    t.same(receive([bytes("on", { hex: `ff${code}` }, "e\r\n")]).heard, [["line", "one"]], code);
  }
});

t.test("a client in character mode sees what it types, and edits it", async (t) => {
  const keys = bytes({ hex: CHARACTER_MODE }, "hallp\u007f\u007f\u007f\u007fllo\u001b[D\u001b[D\u001b[De\r\0");
  for (const packets of everySplit(keys)) {
    const sink = receive(packets);
    t.same([sink.lines, sink.entries], [["hello"], ["hello"]]);
    t.equal(sink.answered, "fffb01fffd1ffffd00fffb03");
  }
});

t.test("in character mode ^C is an interrupt, and ^D is one on an empty line only", async (t) => {
  const start = bytes({ hex: CHARACTER_MODE });
  t.same(receive([start, bytes("a"), bytes("\u0003"), bytes("b"), bytes("\r\0")]).lines, ["b"]);
  t.equal(receive([start, bytes("a"), bytes("\u0003")]).count("interrupt"), 1);
  t.equal(receive([start, bytes("\u0004")]).count("interrupt"), 1);
  t.equal(receive([start, bytes("a"), bytes("\u0004")]).count("interrupt"), 0);
  const byCommand = receive([start, bytes("half", { hex: "fff4" }, "next\r")]);
  t.same([byCommand.entries, byCommand.lines], [["half", "next"], ["next"]]);
});

t.test("going to character mode and back keeps the line that is being typed", async (t) => {
  const typed = bytes("he", { hex: CHARACTER_MODE }, "llp\u007f", { hex: LINE_MODE }, "o\r\nnext\r\n");
  for (const packets of everySplit(typed)) {
    const sink = receive(packets);
    t.same(sink.lines, ["hello", "next"]);
    t.same(sink.entries, [], "the line was ended where the client shows it");
    t.equal(sink.answered, "fffb01fffd1ffffd00fffb03fffc01fffc03");
  }
});

t.test("what was typed in line mode is cleaned where it is edited on", async (t) => {
  const sink = receive([bytes("he\u001b[A\u0007llp", { hex: CHARACTER_MODE }, "\u007fo\r")]);
  t.same(sink.lines, ["hello"]);
});

t.test("changing between the modes costs nothing for what was typed, however often", async (t) => {
  const toggles = { hex: (DO_ECHO + DONT_ECHO).repeat(1000) };
  const sink = receive([bytes("be", toggles, "gun", { hex: DO_ECHO }, "\u007f\u007fst", toggles, "\r\n")]);
  t.same(sink.lines, ["begst"]);
  t.equal(sink.telnetCommands, 4001);
});

t.test("a line that is too long is so in both modes", async (t) => {
  for (const modes of [DO_ECHO, DO_ECHO + DONT_ECHO]) {
    const sink = receive([bytes("x".repeat(5000), { hex: modes }, "and its end\r\n")]);
    t.same([sink.lines, sink.count("lineTooLong")], [[], 1]);
  }
});

t.test("every telnet command is counted, and letters that look like one are not", async (t) => {
  const counted = (hex: string): number => receive([bytes({ hex }, "\r\n")]).telnetCommands;
  t.equal(counted("fffd01fffd06fff1fff6fff4"), 5);
  t.equal(counted("ffffffe4"), 0);
  t.equal(counted("d1fff4"), 0, "half a letter that GNU telnet sent as an interrupt");
  t.equal(counted("fffa1f00500018fff0"), 1);
});

t.test("what is half typed when the peer goes is no line", async (t) => {
  const typed = receive([bytes({ hex: CHARACTER_MODE }, "hello\r\0", "/w two the bo")], LIMITS, true);
  t.same(typed.lines, ["hello"]);
  const piped = receive([bytes("hello\r\n", "the end")], LIMITS, true);
  t.same(piped.lines, ["hello", "the end"]);
});

t.test("after it was stopped nothing is heard", async (t) => {
  const sink = new RecordingSink();
  const input = new TelnetInput(LIMITS, sink);
  sink.line = () => input.stop();
  input.push(bytes("one\r\n", { hex: "fffd06" }, "two\r\n"));
  input.push(bytes("three\r\n"));
  input.end();
  t.same(
    sink.heard.filter(([name]) => name !== "line"),
    [],
  );
});

t.test("asking again for what holds changes nothing in the middle of a line", async (t) => {
  const sink = receive([bytes({ hex: DO_ECHO }, "he", { hex: DO_ECHO }, "l", { hex: DO_SGA }, "lo\r\0")]);
  t.same(sink.lines, ["hello"]);
  t.equal(sink.answered, "fffb01fffd1ffffd00fffb03");
});

t.test("a sub-negotiation of 512 bytes is passed over, and one of 513 is too long, in every mode", async (t) => {
  for (const mode of ["", CHARACTER_MODE]) {
    const long = (length: number) => bytes({ hex: `${mode}fffa${"18".repeat(length)}fff0` }, "one\r\n");
    for (const places of [[], [1], [200, 400], [511, 512, 513, 514, 515, 516, 517, 518, 519, 520]]) {
      t.same(receive(cutAt(long(511), places)).lines, ["one"]);
      t.same(receive(cutAt(long(512), places)).lines, ["one"]);
      const sink = receive(cutAt(long(513), places));
      t.equal(sink.count("subnegotiationTooLong"), 1);
      t.same(sink.lines, []);
    }
  }
});

t.test("a line over the limit is refused in every mode, and 32 KiB without a line end are too many", async (t) => {
  const limits = { maxLineBytes: 4, maxRunBytes: 8 };
  for (const mode of ["", CHARACTER_MODE]) {
    const heard = (text: string) =>
      receive([bytes({ hex: mode }, text)], limits).heard.filter(([name]) => name.startsWith("line"));
    t.same(heard("1234\r\n"), [["line", "1234"]]);
    t.same(heard("12345\r\n"), [["lineTooLong", 5]]);
    t.same(heard("1234567\r\n"), [["lineTooLong", 7]]);
    t.same(heard("12345678\r\n"), [["lineEndless"]]);
  }
});

t.test("any bytes in any split mean the same lines and answers as unsplit", async (t) => {
  const limits = fc.record({
    maxLineBytes: fc.integer({ min: 0, max: 20 }),
    maxRunBytes: fc.integer({ min: 21, max: 60 }),
  });
  holds(
    t,
    fc.property(wildBytes, cuts, limits, (sent, places, limits) => {
      deepEqual(
        besideInterrupts(receive(cutAt(sent, places), limits, true)),
        besideInterrupts(receive([sent], limits, true)),
      );
    }),
    1000,
  );
});

/** A ^D that comes alone is known only by coming alone, so interrupts depend on the split; nothing else may. */
function besideInterrupts(sink: RecordingSink): Heard[] {
  return sink.heard.filter(([name]) => name !== "interrupt");
}
