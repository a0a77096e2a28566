import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { Refusal, refusalCodes } from "../../src/domain/refusals.ts";
import { StoreError } from "../../src/ports/store-error.ts";
import { refusalSentence } from "../../src/formats/text/sentences.ts";

/** Where refusals come from: commands, and the rules of rooms. */
const FOLDERS = ["../commands/", "../chat/", "../chat/rooms/", "../chat/operations/", "../chat/sessions/"];
/** Those of signing in are read at the prompt, or by an operator who bans a name. */
const SIGN_IN = ["name-invalid", "name-reserved", "name-banned", "name-taken", "names-unavailable"];
const SIGN_IN_FOLDERS = ["../telnet/", "../http/admin/", "../formats/"];

/** All that the tests in these folders say. */
function testsIn(folders: readonly string[]): string {
  const paths = folders.map((folder) => fileURLToPath(new URL(folder, import.meta.url)));
  return paths
    .flatMap((path) => readdirSync(path).flatMap((file) => (file.endsWith(".ts") ? `${path}${file}` : [])))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}

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

t.test("every refusal's sentence is expected, word for word, by some test of where it comes from", (t) => {
  const [ofRooms, ofSignIn] = [testsIn(FOLDERS), testsIn(SIGN_IN_FOLDERS)];
  for (const code of refusalCodes) {
    const tests = SIGN_IN.includes(code) ? ofSignIn : ofRooms;
    const [sentence = ""] = refusalSentence({ code, args: { closest: null, usage: "\n", room: "\n", reason: "" } })
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
