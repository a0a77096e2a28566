import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { type Key, KeyDecoder, type KeySink } from "../../src/telnet/keys.ts";
import { cuts, wildBytes } from "../../tools/wild-bytes.ts";
import { holds } from "../support/property.ts";
import { cutAt, everySplit } from "../support/sockets/splits.ts";

type Pressed = Key | { readonly text: string };

/** What these packets are; text that comes in pieces is put together. */
function pressed(packets: readonly Buffer[]): Pressed[] {
  const all: Pressed[] = [];
  const sink: KeySink = {
    text: (text) => {
      const last = all.at(-1);
      if (typeof last === "object") all[all.length - 1] = { text: last.text + text };
      else all.push({ text });
      return true;
    },
    key: (key) => {
      all.push(key);
      return true;
    },
  };
  const decoder = new KeyDecoder();
  for (const packet of packets) decoder.push(packet, 0, packet.length, sink);
  return all;
}

const TABLE: readonly (readonly [keys: string, ...Pressed[]])[] = [
  ["hi я 😀", { text: "hi я 😀" }],
  [
    "a\r\0b\r\nc\rd\ne",
    { text: "a" },
    "enter",
    { text: "b" },
    "enter",
    { text: "c" },
    "enter",
    { text: "d" },
    "enter",
    { text: "e" },
  ],
  ["\n\n\r\r", "enter", "enter", "enter", "enter"],
  ["\b\u007f\t", "backspace", "backspace", "tab"],
  ["\u0001\u0002\u0003\u0004\u0005\u0006", "home", "left", "interrupt", "delete-or-interrupt", "end", "right"],
  ["\u000b\u000c\u000e\u0010\u0015\u0017", "erase-to-end", "redraw", "down", "up", "erase-line", "erase-word"],
  ["\u0007\u0011\u001a\0", "other", "other", "other", "other"],
  // As xterm sends them, in both modes of its cursor keys, and the Linux console, PuTTY and rxvt.
  ["\u001b[A\u001b[B\u001b[C\u001b[D\u001b[H\u001b[F", "up", "down", "right", "left", "home", "end"],
  ["\u001bOA\u001bOB\u001bOC\u001bOD\u001bOH\u001bOF", "up", "down", "right", "left", "home", "end"],
  ["\u001b[1~\u001b[3~\u001b[4~\u001b[7~\u001b[8~", "home", "delete", "end", "home", "end"],
  ["\u001b[1;5C\u001b[1;5D\u001b[1;3C\u001b[1;3D", "word-right", "word-left", "word-right", "word-left"],
  [
    "\u001bb\u001bf\u001bd\u001b\u007f\u001b\b",
    "word-left",
    "word-right",
    "erase-word-ahead",
    "erase-word",
    "erase-word",
  ],
  ["\u001b\u001b[A", "up"],
  ["a\u001b[1;2Ab", { text: "a" }, "up", { text: "b" }],
  // What means nothing here is passed over as a whole.
  ["a\u001b[2~b\u001b[15~c\u001b[200~d\u001b[1 qe\u001b[@f", { text: "abcdef" }],
  ["a\u001b[[Ab\u001b[[[c", { text: "abc" }],
  ["a\u001bxb\u001bOPc", { text: "abc" }],
  // Keys with Ctrl, Alt or Shift, as xterm sends them, and rxvt, and Konsole.
  ["a\u001b[3;5~b\u001b[3;2~c\u001b[15;5~d\u001b[97;5ue\u001b[27;5;9~f", { text: "abcdef" }],
  ["a\u001b[3^b\u001b[3$c\u001b[3@d", { text: "abcd" }],
  ["a\u001bO5Pb\u001bO2Qc\u001bO5A", { text: "abc" }, "up"],
  ["a\u001b]0;title\u0007b\u001b]0;title\u001b\\c", { text: "abc" }],
  [`\u001b]${"x".repeat(256)}end`, { text: "end" }],
  // Enter ends whatever was begun.
  [
    "a\u001b\rb\u001b[1\rc\u001b]0;x\rd",
    { text: "a" },
    "enter",
    { text: "b" },
    "enter",
    { text: "c" },
    "enter",
    { text: "d" },
  ],
  [`\u001b[${"1;".repeat(500)}Ax`, "up", { text: "x" }],
];

t.test("each key is what it should be, however keys are split over packets", async (t) => {
  for (const [keys, ...expected] of TABLE) {
    for (const packets of everySplit(Buffer.from(keys))) t.same(pressed(packets), expected, JSON.stringify(keys));
  }
});

t.test("bad UTF-8 is U+FFFD", async (t) => {
  for (const packets of everySplit(Buffer.from([0x61, 0xff, 0x62, 0xc3, 0x0d]))) {
    t.same(pressed(packets), [{ text: "a\ufffdb\ufffd" }, "enter"]);
  }
});

t.test("nothing is said after the first key or text that is not wanted", async (t) => {
  for (const [keys, heard] of [
    ["ab\bc\bd", ["ab"]],
    ["\bab", ["backspace"]],
  ] as const) {
    const all: string[] = [];
    const note = (what: string): boolean => {
      all.push(what);
      return false;
    };
    new KeyDecoder().push(Buffer.from(keys), 0, keys.length, { text: note, key: note });
    t.same(all, heard);
  }
});

t.test("any bytes in any split are the same keys as unsplit, and text has no ASCII control characters", async (t) => {
  holds(
    t,
    fc.property(wildBytes, cuts, (bytes, places) => {
      const all = pressed(cutAt(bytes, places));
      deepEqual(all, pressed([bytes]));
      // eslint-disable-next-line no-control-regex
      for (const one of all) if (typeof one === "object") deepEqual(/[\0-\u001f\u007f]/.test(one.text), false);
    }),
  );
});
