import fc from "fast-check";
import t from "tap";
import { cleanText } from "../../src/protocol/text.ts";
import { controlsIn, isControl } from "../support/control-characters.ts";
import { holds } from "../support/property.ts";
import { wildText } from "../support/wild-bytes.ts";

t.test("each character is removed or kept as the list of forbidden ones says", async (t) => {
  const wrong: string[] = [];
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    if (codePoint === 0x09 || (codePoint >= 0xd800 && codePoint <= 0xdfff)) continue;
    const text = `a${String.fromCodePoint(codePoint)}b`;
    if (cleanText(text) !== (isControl(codePoint) ? "ab" : text)) wrong.push(codePoint.toString(16));
  }
  t.same(wrong, []);
});

t.test("a tab becomes a space", async (t) => {
  t.equal(cleanText("a\tb"), "a b");
  t.equal(cleanText("\t\t"), "  ");
  t.equal(cleanText("a\tb\u001b"), "a b");
});

t.test("joiners and variation selectors stay, because scripts and emoji need them", async (t) => {
  for (const text of ["👩\u200d👧", "می\u200cخواهم", "❤\ufe0f"]) t.equal(cleanText(text), text);
});

t.test("half of a surrogate pair becomes U+FFFD", async (t) => {
  t.equal(cleanText("a\ud83d"), "a\ufffd");
  t.equal(cleanText("\ude00b"), "\ufffdb");
  t.equal(
    cleanText("a\ud83d\u0007\ude00"),
    "a\ufffd\ufffd",
    "also when removing what is between would join the halves",
  );
});

t.test("an escape sequence is left as harmless letters", async (t) => {
  t.equal(cleanText("\u001b[31mred\u001b]0;title\u0007"), "[31mred]0;title");
  t.equal(cleanText("\u009b31mred"), "31mred");
});

t.test(
  "no control character survives cleaning, also after encoding, and a second cleaning changes nothing",
  async (t) => {
    holds(
      t,
      fc.property(fc.oneof(wildText, fc.string({ unit: "binary" })), (text) => {
        const clean = cleanText(text);
        return controlsIn(clean).length === 0 && !/[\r\n]/.test(clean) && cleanText(clean) === clean;
      }),
      1000,
    );
  },
);
