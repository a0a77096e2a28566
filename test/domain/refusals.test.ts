import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { Refusal, refusalCodes } from "../../src/domain/refusals.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import { refusalSentence } from "../../src/formats/text/sentences.ts";

/** Where refusals come from: commands, and the rules of rooms. */
const FOLDERS = ["../commands/", "../chat/", "../chat/rooms/", "../chat/operations/", "../chat/sessions/"].map(
  (folder) => fileURLToPath(new URL(folder, import.meta.url)),
);

t.test("a refusal has a code and named arguments; the sentence is the format's", (t) => {
  t.match(new Refusal("no-such-room"), { code: "no-such-room", args: {}, message: "refused: no-such-room" });
  const refusal = new Refusal("missing-argument", { usage: "/kick USER" });
  t.same(refusal.args, { usage: "/kick USER" });
  t.equal(
    refusalSentence(refusal),
    "Incomplete command or message sent without joining a room first. Usage: /kick USER",
  );
  t.end();
});

t.test("errors keep what caused them", (t) => {
  const cause = new Error("disk");
  t.equal(new Refusal("store-full", {}, { cause }).cause, cause);
  t.match(new StoreError("full", "append to x: full", { cause }), { code: "full", cause });
  t.end();
});

t.test("every refusal's sentence is expected, word for word, by some test of a command or a room", (t) => {
  const tests = FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".ts"))
      .map((file) => readFileSync(`${folder}${file}`, "utf8")),
  ).join("\n");
  for (const code of refusalCodes) {
    const [sentence = ""] = refusalSentence({ code, args: { closest: null, usage: "\n", room: "\n" } })
      .replace("Usage: ", "\n")
      .replace("Type /join \n", "\n")
      .split(" \n");
    const isExpected = [`${sentence}"`, `${sentence} Usage: `, `${sentence} Type /join `].some((text) =>
      tests.includes(text),
    );
    t.ok(isExpected, `a test expects ${code}: ${sentence}`);
  }
  t.end();
});
