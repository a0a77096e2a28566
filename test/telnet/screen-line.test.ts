import { deepEqual, ok } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { ScreenLine } from "../../src/telnet/screen-line.ts";
import { holdsInTime } from "../support/property.ts";
import { Screen } from "../support/screens/screen.ts";

/** A line that is typed on a terminal, where text comes in between. */
class Typing {
  readonly screen: Screen;
  readonly line: ScreenLine;
  text = "";
  cursor = 0;

  constructor(columns = 20, rows = 50) {
    this.screen = new Screen(columns, rows);
    this.line = new ScreenLine();
    this.line.resize(columns, rows);
  }

  resize(columns: number): void {
    this.screen.resize(columns);
    this.line.resize(columns, this.screen.rows);
  }

  /** Shows the line as it is now; `|` stands for the cursor. */
  async is(text: string): Promise<string> {
    const cursor = text.indexOf("|");
    this.text = text.replace("|", "");
    this.cursor = cursor === -1 ? text.length : cursor;
    const bytes = this.line.show({ text: this.text, cursor: this.cursor });
    await this.screen.write(bytes);
    return bytes;
  }

  async hears(text: string): Promise<void> {
    await this.screen.write(`${this.line.erase()}${text}\r\n`);
    await this.screen.write(this.line.show({ text: this.text, cursor: this.cursor }));
  }

  async enters(): Promise<void> {
    await this.screen.write(this.line.finish(this.text));
    this.text = "";
    this.cursor = 0;
  }
}

t.test("what is typed at the end is all that is written, and ASCII is taken back by backspaces", async (t) => {
  const typing = new Typing();
  t.equal(await typing.is("h"), "h");
  t.equal(await typing.is("hello"), "ello");
  t.equal(await typing.is("hel"), "\b \b\b \b");
  t.equal(await typing.is("hel"), "");
  t.same(typing.screen.lines, ["hel"]);
});

t.test("a character is shown whole below text, also where it begins as the one that stands above", async (t) => {
  const typing = new Typing();
  typing.line.isRedrawn = false;
  await typing.is("\u{1f600}");
  await typing.hears("[two]: hi");
  await typing.is("\u{1f601}");
  t.same(typing.screen.lines, ["\u{1f600}", "[two]: hi", "\u{1f601}"]);
});

t.test("text goes above the line, however many rows that takes", async (t) => {
  for (const [text, column] of [
    ["short", 5],
    ["a line of exactly 20", 0],
    ["a line that takes more than one row", 15],
    ["宽字 and wide characters that take rows", 0],
  ] as const) {
    const typing = new Typing();
    await typing.is(text);
    await typing.hears("[two]: hi");
    await typing.hears("[two]: a long line that takes several rows, too");
    const heard = ["[two]: hi", "[two]: a long line that takes several rows, too"];
    t.same(typing.screen.lines, [...heard, text]);
    if (column > 0) t.equal(typing.screen.column, column);
    await typing.enters();
    await typing.is("next");
    t.same(typing.screen.lines, [...heard, text, "next"]);
  }
});

t.test("the cursor goes where it should, also in another row", async (t) => {
  const typing = new Typing();
  for (const [shown, row, column] of [
    ["hello|", 0, 5],
    ["he|llo", 0, 2],
    ["|hello", 0, 0],
    ["hello|", 0, 5],
    ["0123456789012345678901234|", 1, 5],
    ["01|23456789012345678901234", 0, 2],
    ["01|23456789", 0, 2],
    ["0123456789012345678901234|", 1, 5],
    ["你好|", 0, 4],
    ["你|好", 0, 2],
  ] as const) {
    await typing.is(shown);
    t.same([typing.screen.row, typing.screen.column], [row, column], shown);
    t.same(typing.screen.lines, [shown.replace("|", "")]);
  }
});

t.test("a line that is not redrawn is cut by what comes in, and goes on below", async (t) => {
  const typing = new Typing(80);
  typing.line.isRedrawn = false;
  await typing.is("I was just");
  await typing.hears("[two]: hi");
  await typing.is("I was just about to");
  t.same(typing.screen.lines, ["I was just", "[two]: hi", " about to"]);
  await typing.is("I was just");
  await typing.is("I was");
  await typing.is("I was here");
  t.same(typing.screen.lines, ["I was just", "[two]: hi", " here"]);
  await typing.enters();
  await typing.is("next");
  t.same(typing.screen.lines, ["I was just", "[two]: hi", " here", "next"]);
});

t.test("a window that changes its width shows the line once", async (t) => {
  const text = "a line that is longer than twenty columns";
  const typing = new Typing(15);
  await typing.is(text);
  for (const columns of [20, 60]) {
    typing.resize(columns);
    await typing.hears(`${columns} columns`);
  }
  t.same(typing.screen.lines, ["20 columns", "60 columns", text]);
  await typing.is(`${text}!`);
  t.same(typing.screen.lines, ["20 columns", "60 columns", `${text}!`]);
});

t.test("a window that becomes narrower loses nothing that was heard, and shows the line whole", async (t) => {
  const text = "a line that is longer than twenty columns";
  const typing = new Typing(60);
  await typing.is(text);
  await typing.hears("60 columns");
  for (const columns of [20, 15]) {
    typing.resize(columns);
    await typing.hears(`${columns} columns`);
  }
  const { lines } = typing.screen;
  t.equal(lines.at(-1), text);
  for (const columns of [60, 20, 15])
    t.ok(
      lines.some((line) => line.endsWith(`${columns} columns`)),
      `${columns}`,
    );
});

t.test("of a line with more rows than the window the part around the cursor is shown, once", async (t) => {
  const typing = new Typing(20, 5);
  const row = (number: number): string => `row ${number} `.padEnd(20, ".");
  const text = Array.from({ length: 10 }, (_, i) => row(i)).join("");
  await typing.is(text);
  const heard = ["one", "two", "three", "four", "five"];
  for (const line of heard) await typing.hears(line);
  t.same(typing.screen.lines, [...heard, row(8) + row(9)], "the cursor is on the row below");
  t.equal(typing.screen.column, 0);
  await typing.is(`${text}end`);
  t.same(typing.screen.lines, [...heard, `${row(8)}${row(9)}end`]);
  await typing.is(`${row(0)}${row(1)}${row(2)}row 3|${text.slice(65)}`);
  t.same(typing.screen.lines, [...heard, row(1) + row(2) + row(3)]);
  t.equal(typing.screen.column, 5);
  await typing.hears("six");
  await typing.is(`|${text}`);
  t.same(typing.screen.lines, [...heard, "six", row(0) + row(1) + row(2)]);
  await typing.enters();
  t.same(typing.screen.lines, [...heard, "six", text], "what was entered stays whole");
});

t.test("a line that is not redrawn is never cut to the window", async (t) => {
  const typing = new Typing(20, 4);
  typing.line.isRedrawn = false;
  const text = "a line of many rows ".repeat(9);
  await typing.is(text);
  await typing.hears("one");
  await typing.is(`${text}end`);
  t.same(typing.screen.lines, [text.trimEnd(), "one", "end"]);
});

const WORD = fc.constantFrom("a", "bc", "def ", "宽", "é", "x".repeat(19), "y".repeat(40));
const STEP = fc.oneof(
  fc.record({ type: fc.constant("edit" as const), words: fc.array(WORD, { maxLength: 6 }), at: fc.nat(6) }),
  fc.record({ type: fc.constant("hear" as const), word: WORD }),
  fc.record({ type: fc.constant("enter" as const) }),
);
type Step = typeof STEP extends fc.Arbitrary<infer Value> ? Value : never;

/** Takes one step after the other, and yields the lines that are above the one that is typed after each. */
async function* typingAndHearing(typing: Typing, steps: readonly Step[]): AsyncGenerator<readonly string[]> {
  const above: string[] = [];
  for (const [i, one] of steps.entries()) {
    if (one.type === "edit") {
      await typing.is(`${one.words.slice(0, one.at).join("")}|${one.words.slice(one.at).join("")}`);
    } else if (one.type === "hear") {
      above.push(`${i} ${one.word}`.trimEnd());
      await typing.hears(`${i} ${one.word}`);
    } else {
      above.push(typing.text.trimEnd());
      await typing.enters();
    }
    yield above;
  }
}

t.test("in a window of any height nothing that was heard is lost or shown twice", async (t) => {
  await holdsInTime(
    t,
    fc.asyncProperty(fc.array(STEP, { maxLength: 20 }), fc.integer({ min: 2, max: 8 }), async (steps, rows) => {
      const typing = new Typing(20, rows);
      for await (const above of typingAndHearing(typing, steps)) {
        const shown = typing.screen.lines;
        while (shown.length < above.length) shown.push("");
        deepEqual(shown.slice(0, above.length), above);
        ok(shown.length <= above.length + 1);
        ok(typing.text.includes(shown[above.length] ?? ""));
      }
    }),
  );
});

t.test("whatever is typed and heard, the terminal shows all of it, and the line below", async (t) => {
  await holdsInTime(
    t,
    fc.asyncProperty(fc.array(STEP, { maxLength: 20 }), async (steps) => {
      const typing = new Typing();
      for await (const above of typingAndHearing(typing, steps)) {
        const shown = [...above, typing.text.trimEnd()];
        while (shown.at(-1) === "") shown.pop();
        deepEqual(typing.screen.lines, shown);
      }
    }),
  );
});
