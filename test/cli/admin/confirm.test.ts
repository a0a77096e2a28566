import { PassThrough } from "node:stream";
import t from "tap";
import { confirm } from "../../../src/cli/admin/confirm.ts";

async function answerTo(typed: string): Promise<{ isYes: boolean; shown: string }> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.end(typed);
  const isYes = await confirm("End it?", input, output);
  return { isYes, shown: String(output.read()) };
}

t.test("yes is yes, and whatever else is typed is no", async (t) => {
  for (const typed of ["y\n", "Y\n", "yes\n", " YES \r\n"]) t.equal((await answerTo(typed)).isYes, true, typed);
  for (const typed of ["n\n", "\n", "yesterday\n", "ok\n", "no\ny\n"]) {
    t.equal((await answerTo(typed)).isYes, false, JSON.stringify(typed));
  }
});

t.test("the end of input is no", async (t) => {
  t.same(await answerTo(""), { isYes: false, shown: "End it? [y/N] \n" });
});
