import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { Refusal } from "../../src/domain/refusals.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import { refusals } from "../../src/formats/text/sentences.ts";

/** Where refusals come from: commands, and the rules of rooms. */
const FOLDERS = ["../commands/", "../chat/"].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));

t.test("a refusal says the sentence of its code, or a fuller one", (t) => {
  t.match(new Refusal("no-such-room"), { code: "no-such-room", message: refusals["no-such-room"] });
  t.match(new Refusal("no-such-room", "Which one?"), { code: "no-such-room", message: "Which one?" });
  t.end();
});

t.test("errors keep what caused them", (t) => {
  const cause = new Error("disk");
  t.equal(new Refusal("store-full", undefined, { cause }).cause, cause);
  t.match(new StoreError("full", "append to x: full", { cause }), { code: "full", cause });
  t.end();
});

t.test("every refusal is one line that ends as a sentence", (t) => {
  for (const [code, sentence] of Object.entries(refusals)) t.match(sentence, /^[A-Z][^\r\n]*[.)]$/, code);
  t.end();
});

t.test("every refusal's sentence is expected, word for word, by some test of a command or a room", (t) => {
  const tests = FOLDERS.flatMap((folder) =>
    readdirSync(folder).map((file) => readFileSync(`${folder}${file}`, "utf8")),
  ).join("\n");
  for (const [code, sentence] of Object.entries(refusals)) {
    const isExpected = [`${sentence}"`, `${sentence} Usage: `, `${sentence} Type /join `].some((text) =>
      tests.includes(text),
    );
    t.ok(isExpected, `a test expects ${code}: ${sentence}`);
  }
  t.end();
});
