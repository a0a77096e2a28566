import t from "tap";
import { isOneRow, MAX_ROW_LENGTH, rowsOf } from "../../src/formats/text/rows.ts";
import { settings } from "../../src/config/settings.ts";

t.test("the longest line that can be typed by default is one row", async (t) => {
  t.equal(MAX_ROW_LENGTH, 2 * Number(settings.maxLineBytes.default));
  for (const [text, isOne] of [
    ["", true],
    ["x".repeat(MAX_ROW_LENGTH), true],
    ["x".repeat(MAX_ROW_LENGTH + 1), false],
    ["a\nb", false],
  ] as const) {
    t.equal(isOneRow(text), isOne);
    t.equal(rowsOf(text).length, isOne ? 1 : 2);
  }
});

t.test("lines are rows, empty ones too", async (t) => {
  t.same(rowsOf("a\n\n b"), ["a", "", " b"]);
});

t.test("a line that is too long goes on behind the last blank that fits", async (t) => {
  const word = "x".repeat(MAX_ROW_LENGTH - 11);
  t.same(rowsOf(`${word} 123456789 more\nnext`), [`${word} 123456789 `, "more", "next"]);
  t.same(rowsOf(`${word} 1234567890 more`), [`${word} `, "1234567890 more"]);
  t.same(
    rowsOf(` ${"x".repeat(MAX_ROW_LENGTH)}`),
    [` ${"x".repeat(MAX_ROW_LENGTH - 1)}`, "x"],
    "which is not at its begin",
  );
});

t.test("without a blank it goes on between two characters as people see them", async (t) => {
  for (const character of [
    "x",
    "é",
    "ж",
    "語",
    "😀",
    "e\u0301",
    "👩‍👩‍👧‍👦",
    "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "ที่",
  ]) {
    const [first = "", ...others] = rowsOf(character.repeat(MAX_ROW_LENGTH * 2));
    const fit = Math.floor(MAX_ROW_LENGTH / character.length);
    t.equal(first, character.repeat(fit), character);
    t.ok(others.every((row) => row.startsWith(character) && row.length <= MAX_ROW_LENGTH));
  }
});

t.test("a character without an end is cut, and rows go on", async (t) => {
  const rows = rowsOf("👩‍".repeat(MAX_ROW_LENGTH));
  t.equal(rows.join(""), "👩‍".repeat(MAX_ROW_LENGTH));
  t.equal(rows.length, 3);
});
