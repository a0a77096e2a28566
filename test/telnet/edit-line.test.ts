import { deepEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { EditLine } from "../../src/telnet/edit-line.ts";
import { holds } from "../support/property.ts";

/** A line of which `|` shows the cursor. */
function aLine(shown: string): EditLine {
  const [before = "", after = ""] = shown.split("|");
  const line = new EditLine({ maxLineBytes: 0, maxRunBytes: 10_000 });
  line.insert(before + after);
  line.moveToStart();
  while (line.before.length < before.length) line.moveAhead();
  return line;
}

function show(line: EditLine): string {
  return `${line.before}|${line.text.slice(line.before.length)}`;
}

type Edit = "eraseBack" | "eraseAhead" | "eraseWordBack" | "eraseWordAhead" | "eraseAllBack" | "eraseAllAhead" | Move;
type Move = "moveBack" | "moveAhead" | "moveWordBack" | "moveWordAhead" | "moveToStart" | "moveToEnd";

const FAMILY = "👨‍👩‍👧";
const TABLE: readonly (readonly [edit: Edit, before: string, after: string])[] = [
  ["eraseBack", "abc|", "ab|"],
  ["eraseBack", "ab|c", "a|c"],
  ["eraseBack", "|abc", "|abc"],
  ["eraseBack", "abc你好|", "abc你|"],
  ["eraseBack", "e\u0301|", "|"],
  ["eraseBack", `fam ${FAMILY}|`, "fam |"],
  ["eraseBack", `${FAMILY}|x`, "|x"],
  ["eraseBack", "🏳️‍🌈🇩🇪|", "🏳️‍🌈|"],
  ["eraseAhead", "a|bc", "a|c"],
  ["eraseAhead", `a|${FAMILY}c`, "a|c"],
  ["eraseAhead", "abc|", "abc|"],
  ["eraseWordBack", "one two|", "one |"],
  ["eraseWordBack", "one two  |", "one |"],
  ["eraseWordBack", "one tw|o", "one |o"],
  ["eraseWordBack", "  |", "|"],
  ["eraseWordAhead", "one| two three", "one| three"],
  ["eraseWordAhead", "o|ne two", "o| two"],
  ["eraseWordAhead", "one|  ", "one|"],
  ["eraseAllBack", "one t|wo", "|wo"],
  ["eraseAllAhead", "one t|wo", "one t|"],
  ["moveBack", `a${FAMILY}|`, `a|${FAMILY}`],
  ["moveBack", "|a", "|a"],
  ["moveAhead", `|${FAMILY}a`, `${FAMILY}|a`],
  ["moveAhead", "a|", "a|"],
  ["moveWordBack", "one two  |", "one |two  "],
  ["moveWordAhead", "|one two", "one| two"],
  ["moveWordAhead", "one| two", "one two|"],
  ["moveToStart", "one| two", "|one two"],
  ["moveToEnd", "one| two", "one two|"],
];

t.test("each edit does what it should, by whole graphemes", async (t) => {
  for (const [edit, before, after] of TABLE) {
    const line = aLine(before);
    line[edit]();
    t.equal(show(line), after, `${edit} ${before}`);
    t.equal(line.length, Buffer.byteLength(line.text));
  }
});

t.test("of a line that is too long nothing is kept but its length, until it is erased", async (t) => {
  const line = new EditLine({ maxLineBytes: 4, maxRunBytes: 100 });
  line.insert("12345678");
  t.equal(line.text, "12345678");
  line.insert("я");
  t.same([line.text, line.length], ["", 10]);
  line.eraseBack();
  line.insert("x");
  t.same([line.text, line.length], ["", 11]);
  line.eraseAllBack();
  line.insert("new");
  t.same([line.take(), line.length], ["new", 0]);
});

t.test("a heap of accents is taken apart at last", async (t) => {
  const line = aLine(`a${"\u0301".repeat(500)}|`);
  let edits = 0;
  while (line.text !== "" && edits < 20) {
    line.eraseBack();
    edits += 1;
  }
  t.ok(edits < 20, String(edits));
});

t.test("whatever is edited, it is the text and the place in it that two lists of graphemes would have", async (t) => {
  const grapheme = fc.constantFrom("a", " ", "я", "你", "e\u0301", FAMILY, "🇩🇪");
  const edit = fc.constantFrom("eraseBack", "eraseAhead", "moveBack", "moveAhead", "moveToStart", "moveToEnd");
  const step = fc.oneof(
    edit,
    grapheme.map((text) => ({ text })),
  );
  holds(
    t,
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const line = new EditLine({ maxLineBytes: 0, maxRunBytes: 10_000 });
      let [before, after]: [string[], string[]] = [[], []];
      for (const one of steps) {
        if (typeof one === "object") {
          line.insert(one.text);
          before.push(one.text);
          continue;
        }
        line[one]();
        if (one === "eraseBack") before.pop();
        else if (one === "eraseAhead") after.shift();
        else if (one === "moveBack") after.unshift(...before.splice(-1));
        else if (one === "moveAhead") before.push(...after.splice(0, 1));
        else if (one === "moveToStart") [before, after] = [[], [...before, ...after]];
        else [before, after] = [[...before, ...after], []];
      }
      deepEqual(show(line), `${before.join("")}|${after.join("")}`);
    }),
  );
});
