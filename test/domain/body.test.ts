import fc from "fast-check";
import t from "tap";
import { cleanBody, entryBytes, MAX_BODY_BYTES, MAX_BODY_LINES } from "../../src/domain/body.ts";
import { Refusal } from "../../src/domain/refusals.ts";
import { parseLine } from "../../src/commands/dispatch.ts";
import { controlsIn } from "../../tools/control-characters.ts";
import { wildText } from "../../tools/wild-bytes.ts";
import { holds } from "../support/property.ts";

t.test("lines stay lines, whatever ends them", async (t) => {
  t.equal(cleanBody("one line"), "one line");
  t.equal(cleanBody("a\nb\r\nc\rd\n\re"), "a\nb\nc\nd\n\ne");
});

t.test("of what else would begin a new line on some terminal nothing is left", async (t) => {
  t.equal(cleanBody("a\u2028b\u2029c\u0085d\u000be\u000cf"), "abcdef");
});

t.test("empty lines and blanks at the end go, those before stay", async (t) => {
  t.equal(cleanBody("\n  a  \n\n b\t\n \n\u3000\n\u2800\n"), "\n  a\n\n b");
});

t.test("a text with nothing to see is empty", async (t) => {
  for (const text of ["", " ", "\n", " \r\n\u2800\n\u200d", "\u001b[A\n\u200b"]) {
    t.equal(cleanBody(text), "", JSON.stringify(text));
  }
});

t.test("a line of a body is what the same line is when it is typed", async (t) => {
  const line = wildText.map((text) => `x${text.replaceAll(/[\r\n]/g, "")}`);
  holds(
    t,
    fc.property(line, (text) => {
      const typed = parseLine(text);
      return typed.type === "text" && typed.text === cleanBody(text);
    }),
  );
});

t.test("a body may be as long as the limits, and no byte and no line longer", async (t) => {
  const refused = new Refusal("message-too-long");
  const longest = "é".repeat(MAX_BODY_BYTES / 2);
  t.equal(cleanBody(longest), longest);
  t.equal(cleanBody(`${longest}\r\n\n  `), longest, "what goes does not count");
  t.throws(() => cleanBody(`${longest}x`), refused);
  t.throws(() => cleanBody(`${longest.slice(1)}\nab`), refused, "line ends count");
  const tallest = Array<string>(MAX_BODY_LINES).fill("x").join("\n");
  t.equal(cleanBody(tallest), tallest);
  t.equal(cleanBody(`${tallest}\n\n`), tallest);
  t.throws(() => cleanBody(`${tallest}\nx`), refused);
});

t.test("whatever it is made of, a body is clean, bounded, and the same when it is cleaned again", async (t) => {
  const text = fc.array(fc.oneof(wildText, fc.constantFrom("\n", "\r", "\r\n", "x".repeat(2000))), { maxLength: 250 });
  holds(
    t,
    fc.property(text, (parts) => {
      const given = parts.join("");
      let body: string;
      try {
        body = cleanBody(given);
      } catch (error) {
        return error instanceof Refusal && Buffer.byteLength(given) > MAX_BODY_LINES;
      }
      const lines = body.split("\n");
      return (
        lines.every((line) => controlsIn(line).length === 0 && line === line.trimEnd()) &&
        (body === "" || lines.at(-1) !== "") &&
        Buffer.byteLength(body) <= MAX_BODY_BYTES &&
        lines.length <= MAX_BODY_LINES &&
        cleanBody(body) === body
      );
    }),
    500,
  );
});

t.test("the size of an entry grows with its bytes and with its lines", async (t) => {
  t.equal(entryBytes("é"), 2 + 64);
  t.equal(entryBytes("a\n\nb"), 4 + 3 * 64);
});
