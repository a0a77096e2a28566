import t from "tap";
import { typingErrors } from "../../src/commands/typing-errors.ts";

t.test("counts letters that are wrong, missing, too many or swapped; a wrong first letter counts half more", (t) => {
  for (const [typed, known, errors] of [
    ["history", "history", 0],
    ["histroy", "history", 1],
    ["whispr", "whisper", 1],
    ["whisperr", "whisper", 1],
    ["hsitroy", "history", 2],
    ["jion", "join", 1],
    ["lst", "list", 1],
    ["ojin", "join", 1.5],
  ] as const) {
    t.equal(typingErrors(typed, known), errors, `${typed} for ${known}`);
  }
  t.end();
});

t.test("what has too many of them is another word, and so is another letter in a short one", (t) => {
  for (const [typed, known] of [
    ["elephant", "history"],
    ["hostiry", "whisper"],
    ["root", "room"],
    ["kick", "nick"],
    ["xy", "x"],
    ["jo", "join"],
  ] as const) {
    t.equal(typingErrors(typed, known), null, `${typed} for ${known}`);
  }
  t.end();
});
