import { readFileSync } from "node:fs";
import t from "tap";
import { conversations } from "../../demo/recording/conversations.ts";
import { evening } from "../../demo/recording/evening.ts";
import { killedServer } from "../../demo/recording/killed-server.ts";
import { recordPlay, rowsOf } from "../../demo/recording/play.ts";
import { Stage } from "../../demo/recording/stage.ts";
import { textOf } from "../../demo/recording/svg.ts";
import { columnsOf, recordTranscript, takeFrom } from "../../demo/recording/transcript.ts";
import { program, withParts } from "../../tools/parts.ts";
import { script } from "../support/processes/terminal.ts";

const terminals = [script, program("bash"), program("stty")];
const anyPort = { port: 0, quietMs: 0 };
const HINT = "if what people see has changed, run npm run record";

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

/**
 * Text without what is different in each run: times, ports, processes, codes to come back by, the address of localhost, and
 * what a break may have kept from people, which depends on how fast they were.
 */
function withoutChance(text: string): string {
  return text
    .replaceAll(/\b\d\d:\d\d\b/g, "TIME")
    .replaceAll(/(\blocalhost|\bport|-P) \d+/g, "$1 PORT")
    .replaceAll(/\b(\w+):\w{4}-\w{4} within/g, "$1:CODE within")
    .replaceAll(/^\[1\] \d+$/gm, "[1] PROCESS")
    .replaceAll(/^(Trying .*\n)+/gm, "Trying ADDRESS...\n")
    .replaceAll(/^(You are back in \w+)\. .*\n(?:-- last .*\n(?:\d+ TIME .*\n)+)?/gm, "$1.\n");
}

await withParts(t, [...terminals, program("telnet")], "the moving picture shows what comes", async (t) => {
  await using stage = new Stage(anyPort);
  const { text } = await killedServer(stage);
  t.equal(withoutChance(text), withoutChance(textOf(read("docs/session.svg"))), HINT);
});

for (const { page, name, scenes } of conversations) {
  await withParts(t, [...terminals, program("nc")], `the transcript ${name} of ${page} is what comes`, async (t) => {
    await using stage = new Stage(anyPort);
    const seen = columnsOf(await recordTranscript(stage, scenes));
    const [one, two] = columnsOf(takeFrom(read(page), name));
    t.same(seen.map(withoutChance), [withoutChance(one), withoutChance(two)], HINT);
  });
}

const programs = ["telnet", "plink", "nc"].map((name) => program(name));

await withParts(t, [...terminals, ...programs], "the evening of docs/guide.md is what comes", async (t) => {
  await using stage = new Stage(anyPort);
  const seen = await recordPlay(stage, evening);
  const told = takeFrom(read("docs/guide.md"), "evening");
  t.same(titlesIn(seen), titlesIn(told), HINT);
  for (const name of evening.people)
    t.equal(withoutChance(rowsOf(seen, name)), withoutChance(rowsOf(told, name)), HINT);
});

function titlesIn(transcript: string): readonly string[] {
  return transcript.split("\n").filter((row) => row.startsWith("("));
}
