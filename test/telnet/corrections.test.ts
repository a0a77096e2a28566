import t from "tap";
import { corrected } from "../../src/telnet/corrections.ts";

t.test("keys that erase within a line do what they would on a terminal", async (t) => {
  for (const [typed, meant] of [
    ["dabe\b\bve", "dave"],
    ["helo\u007flo all", "hello all"],
    ["wrong\u0015right", "right"],
    ["one two\u0017three", "one three"],
    ["\b\u007f\u0015\u0017a", "a"],
    ["a你\b👨‍👩‍👧\bb", "ab"],
    ["nothing to do", "nothing to do"],
  ] as const) {
    t.equal(corrected(typed), meant, JSON.stringify(typed));
  }
});
