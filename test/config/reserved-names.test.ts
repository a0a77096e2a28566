import { readFileSync } from "node:fs";
import t from "tap";
import { parseUserName } from "../../src/domain/names.ts";
import { reservedNames } from "../../src/config/reserved-names.ts";
import { texts } from "../../src/formats/text/sentences.ts";

/** What the sentences begin with, in lower case; nothing of those that begin with a name or a number. */
function firstWords(sentences: object): string[] {
  return Object.values(sentences).flatMap((sentence: unknown) => {
    // Whatever each takes, be it a name or a number: all that matters here is how the sentence around it begins.
    if (typeof sentence === "function") return firstWords([(sentence as (...filled: unknown[]) => unknown)(2, 3, 4)]);
    if (typeof sentence === "object" && sentence !== null) return firstWords(sentence);
    return /^[a-z]+/.exec(String(sentence).toLowerCase()) ?? [];
  });
}

t.test("whatever the server's sentences begin with is nobody's name", async (t) => {
  const words = firstWords(texts);
  t.ok(words.includes("user") && words.includes("welcome"), "the sentences are found");
  t.same(
    words.filter((word) => !reservedNames.includes(word)),
    [],
  );
});

t.test("each is a name, in the form in which names are compared", async (t) => {
  for (const name of reservedNames) t.equal(parseUserName(name)?.key, name);
  t.equal(new Set(reservedNames).size, reservedNames.length);
});

t.test("the documentation lists them all, and no other", async (t) => {
  const text = readFileSync(new URL("../../docs/protocol.md", import.meta.url), "utf8");
  const list = /Those are\n\n([^]*?)\n\n`--reserved-names`/.exec(text)?.[1] ?? "";
  const listed = list.split(/^- /m).flatMap((item) => item.replace(/^[^:]*:/, "").match(/[a-z]+/g) ?? []);
  t.same(listed.toSorted(), reservedNames.toSorted());
});
