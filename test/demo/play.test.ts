import t from "tap";
import { rowsOf } from "../../demo/recording/play.ts";

const transcript = [
  "(ben says something.)",
  "ben      > hi",
  "ann, cat | [ben]: hi",
  "ann      |",
  "",
  "(ann | leaves.)",
  "ann      > /me waves > goodbye |",
].join("\n");

t.test("a row belongs to everybody whose name stands before it, and to nobody else", async (t) => {
  t.equal(rowsOf(transcript, "ann"), "[ben]: hi\n\n/me waves > goodbye |");
  t.equal(rowsOf(transcript, "ben"), "hi");
  t.equal(rowsOf(transcript, "cat"), "[ben]: hi");
  t.equal(rowsOf(transcript, "an"), "");
});
