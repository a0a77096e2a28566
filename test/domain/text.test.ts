import fc from "fast-check";
import t from "tap";
import { cleanText, isVisible } from "../../src/domain/text.ts";
import { controlsIn, isControl } from "../../tools/control-characters.ts";
import { holds } from "../support/property.ts";
import { wildText } from "../../tools/wild-bytes.ts";

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

/** Strings as people write them, by what is special about them. */
const WRITTEN: Readonly<Record<string, string>> = {
  "a family": "👩‍👩‍👧‍👦",
  "skin tones": "👍🏻👍🏾👍🏿 👩🏽‍🚀 🧑🏻‍❤️‍💋‍🧑🏿",
  "symbols as emoji and as text": "❤️ ❤︎ ❤️‍🔥 🏳️‍🌈",
  keycaps: "1️⃣ #️⃣",
  "flags of countries": "🇩🇪🇺🇦",
  "flags of parts of countries": "🏴󠁧󠁢󠁥󠁮󠁧󠁿🏴󠁧󠁢󠁳󠁣󠁴󠁿🏴󠁵󠁳󠁴󠁸󠁿",
  "a sailor's black flag": "🏴‍☠️ 🏴",
  Persian: "می‌خواهم خانه‌ها را ببینم",
  "Arabic with vowel points": "بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ ٱلرَّحِيمِ ۝ ؀١٢",
  "Hebrew with points and accents": "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים",
  Hindi: "मैं सोचता हूँ कि क्षत्रिय क्‍ष और क्‌ष",
  Bengali: "র‍্যাব বাংলাদেশ",
  Malayalam: "അവന്‍ മലയാളം",
  Sinhala: "ශ්‍රී ලංකා",
  Tamil: "ஸ்ரீ தமிழ்",
  Thai: "ที่นี่น้ำเป็นอย่างไร",
  Burmese: "မြန်မာဘာသာ",
  Khmer: "ស្ត្រីខ្មែរ",
  "Tibetan with the tallest of stacks": "བཀྲ་ཤིས་བདེ་ལེགས། ཧྐྵྨླྺྼྻྂ",
  "Vietnamese, decomposed": "Tiếng Việt".normalize("NFD"),
  "Korean, decomposed": "안녕하세요".normalize("NFD"),
  "Japanese, decomposed": "木曜日の会議は、午後三時に　お願いがあります。".normalize("NFD"),
  mathematics: "𝐀𝔹𝒞 x̄ ≠ y⃗ ∑",
  braille: "⠓⠑⠇⠇⠕⠀⠺⠕⠗⠇⠙",
  "a table": "name        | age",
  code: '        if (x) { y = "é"; }',
};

t.test("what people write stays as it is", async (t) => {
  for (const [what, text] of Object.entries(WRITTEN)) t.same([cleanText(text), isVisible(text)], [text, true], what);
});

t.test("tag characters stay in a flag, and nowhere else", async (t) => {
  const tags = (text: string): string =>
    Array.from(text, (letter) => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0))).join("");
  const [end, flag] = ["\u{e007f}", "🏴"];
  const england = `${flag}${tags("gbeng")}${end}`;
  t.equal(cleanText(`go ${england}!`), `go ${england}!`);
  t.equal(cleanText(`${england}${tags("hidden")}${end}`), england);
  for (const hidden of [
    tags("gbeng"),
    `${tags("gbeng")}${end}`,
    `${flag}${tags("gbeng")}`,
    `${flag}${tags("gb")}${end}`,
    `${flag}${tags("hiddentext")}${end}`,
    `${flag}${tags("GB ENG")}${end}`,
    `${flag}\u00ad${tags("gbeng")}${end}`,
  ]) {
    t.equal(cleanText(`a${hidden}b`), hidden.startsWith(flag) ? `a${flag}b` : "ab");
  }
});

t.test("of many marks on a letter eight stay, whatever joins them", async (t) => {
  t.equal(cleanText(`Z${"\u0301".repeat(8)}a`), `Z${"\u0301".repeat(8)}a`);
  t.equal(cleanText(`Z${"\u0301".repeat(1000)}a`), `Z${"\u0301".repeat(8)}a`);
  t.equal(cleanText(`Z${"\u0301\u200d".repeat(500)}a`), `Z${"\u0301\u200d".repeat(4)}a`);
  t.equal(cleanText(`Z${"\u0301\u00ad".repeat(500)}a`), `Z${"\u0301".repeat(8)}a`);
});

t.test("every mark is counted as one", async (t) => {
  const wrong: string[] = [];
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    const mark = String.fromCodePoint(codePoint);
    if (!/\p{M}/u.test(mark) || isControl(codePoint)) continue;
    if (cleanText(`a${mark.repeat(9)}b`) !== `a${mark.repeat(8)}b`) wrong.push(codePoint.toString(16));
  }
  t.same(wrong, []);
});

t.test("a line of blanks cannot push the rest to where it looks like another line", async (t) => {
  const forged = "[*]: The operator closed your connection.";
  for (const blank of [" ", "\t", "\u00a0", "\u1680", "\u2003", "\u202f", "\u205f", "\u2800", "\u3000"]) {
    const kept = blank === "\t" ? " " : blank;
    t.equal(cleanText(`hi${blank.repeat(8)}${forged}`), `hi${kept.repeat(8)}${forged}`);
    t.equal(cleanText(`hi${blank.repeat(73)}${forged}`), `hi${kept.repeat(8)}${forged}`);
  }
  t.equal(cleanText(`hi${" \u3000".repeat(40)}${forged}`), `hi${" \u3000".repeat(4)}${forged}`);
  t.equal(cleanText(`hi${" \u00ad".repeat(73)}${forged}`), `hi${" ".repeat(8)}${forged}`);
  t.equal(cleanText(`hi${" \u200d".repeat(73)}${forged}`), `hi${" \u200d".repeat(4)}${forged}`);
});

t.test("blanks, joiners and marks alone are nothing to see", async (t) => {
  for (const text of [
    "",
    " ",
    "\u3000\u2800\u00a0",
    "\u200d",
    "\u200c \ufe0f",
    "\u0301",
    " \u0301\u20e3",
    "\u{1e130}",
  ]) {
    t.equal(isVisible(text), false, JSON.stringify(text));
  }
  for (const text of ["a", " .", "e\u0301", "\u25cc\u0301", "😀", "\u06dd"]) t.equal(isVisible(text), true, text);
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

t.test("what an arrow or another key sends goes as a whole", async (t) => {
  for (const key of ["[A", "[1;5C", "[3~", "[200~", "[?25h", "[0 q", "[31m", "[[A", "OP", "OA"]) {
    t.equal(cleanText(`he\u001b${key}ll\u0000\u001b${key}o`), "hello", key);
  }
});

t.test("of any other escape sequence harmless letters are left", async (t) => {
  t.equal(cleanText("\u001b]0;title\u0007"), "]0;title");
  t.equal(cleanText("\u009b31mred"), "31mred");
  t.equal(cleanText("\u001b[12\u001b[;"), "[12[;");
  t.equal(cleanText("\u001bOK"), "OK");
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
