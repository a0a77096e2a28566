import t from "tap";
import { TypedLine } from "../../src/telnet/typed-line.ts";

function typed(text: string | Buffer, keepBytes = 10_000): TypedLine {
  const line = new TypedLine({ maxLineBytes: 0, maxRunBytes: keepBytes });
  const bytes = Buffer.from(text);
  line.append(bytes, 0, bytes.length);
  return line;
}

t.test("a line is what was added, whole or in pieces, and then it is empty", async (t) => {
  const line = typed("grün");
  line.append(Buffer.from("xx 😀x"), 2, 7);
  line.appendText(" я");
  t.equal(line.length, 13);
  t.equal(line.take(), "grün 😀 я");
  t.equal(line.length, 0);
  t.equal(line.take(), "");
});

t.test("what was added may be used again by the caller", async (t) => {
  const bytes = Buffer.from("one");
  const line = new TypedLine({ maxLineBytes: 0, maxRunBytes: 100 });
  line.append(bytes, 0, 3);
  bytes.fill("x");
  t.equal(line.take(), "one");
});

t.test("bad UTF-8 is U+FFFD", async (t) => {
  t.equal(typed(Buffer.from("61ffc3", "hex")).take(), "a\ufffd\ufffd");
});

t.test("past what is kept only the length counts, until the line is ended or dropped", async (t) => {
  t.equal(typed("12345678", 8).take(), "12345678", "so much is kept");
  for (const end of ["take", "clear"] as const) {
    const line = typed("1234567", 8);
    line.appendText("89");
    t.equal(line.length, 9);
    line.append(Buffer.from("0"), 0, 1);
    t.equal(line.length, 10);
    t.equal(line.isInsideCharacter, false);
    if (end === "take") t.equal(line.take(), "");
    else line[end]();
    line.appendText("next");
    t.equal(line.take(), "next");
  }
});

t.test("it is known whether the line ends within a character", async (t) => {
  const isInside = (hex: string): boolean => typed(Buffer.from(hex, "hex")).isInsideCharacter;
  const inside = "c3 61c3 c3bcc3 df e0a4 e280 e2 e282 ef 61efbb f0 f09f f09f98 f4 f48fbf".split(" ");
  for (const hex of inside) t.ok(isInside(hex), hex);
  const outside = [
    "",
    ..."61 7f c3bc dfbf e282ac efbbbf f09f9880 f48fbfbf c361 80 8080808080 e28261 c3bcbcbc".split(" "),
  ];
  for (const hex of outside) t.notOk(isInside(hex), hex);
});
