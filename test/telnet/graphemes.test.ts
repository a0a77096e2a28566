import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { firstGrapheme, forEachGrapheme, lastGrapheme } from "../../src/telnet/graphemes.ts";
import { holds } from "../support/property.ts";

type Grapheme = readonly [text: string, columns: number];

const GRAPHEMES: readonly Grapheme[] = [
  ["a", 1],
  [" ", 1],
  ["я", 1],
  ["é", 1],
  ["e\u0301", 1],
  ["你", 2],
  ["한", 2],
  ["ﾊ", 1],
  ["😀", 2],
  ["👨‍👩‍👧", 2],
  ["🇩🇪", 2],
  ["☕", 2],
  ["👍🏽", 2],
];

function graphemesIn(text: string): Grapheme[] {
  const all: Grapheme[] = [];
  let at = 0;
  forEachGrapheme(text, (length, columns) => {
    all.push([text.slice(at, at + length), columns]);
    at += length;
  });
  return all;
}

t.test("every grapheme has its columns, whatever stands beside it", async (t) => {
  holds(
    t,
    fc.property(fc.array(fc.constantFrom(...GRAPHEMES), { maxLength: 30 }), (graphemes) => {
      deepEqual(graphemesIn(graphemes.map(([text]) => text).join("")), graphemes);
    }),
  );
});

t.test("any text is taken apart without a rest, at its begin, at its end and throughout", async (t) => {
  holds(
    t,
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      deepEqual(
        graphemesIn(text)
          .map(([grapheme]) => grapheme)
          .join(""),
        text,
      );
      deepEqual([text.startsWith(firstGrapheme(text)), text.endsWith(lastGrapheme(text))], [true, true]);
      deepEqual([firstGrapheme(text) === "", lastGrapheme(text) === ""], [text === "", text === ""]);
    }),
  );
});
