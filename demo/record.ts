/**
 * `npm run record`: the moving picture of the README and the transcripts in the docs, from a server and clients that really
 * run. Run it when what people see has changed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { conversations } from "./recording/conversations.ts";
import { evening } from "./recording/evening.ts";
import { killedServer } from "./recording/killed-server.ts";
import { recordPlay } from "./recording/play.ts";
import { Stage, type StageOptions } from "./recording/stage.ts";
import { renderSvg } from "./recording/svg.ts";
import { putInto, recordTranscript } from "./recording/transcript.ts";

/** Longer than the server takes for anything that nothing is typed for. */
const QUIET_MS = 400;
const TITLE = "Two people talk over telnet; the server is killed and started again, and has everything that was said";

const { values } = parseArgs({ options: { port: { type: "string", default: "8080" } } });
const options: StageOptions = { port: Number(values.port), quietMs: QUIET_MS };

{
  await using stage = new Stage(options);
  write("docs/session.svg", renderSvg(await killedServer(stage), TITLE));
}
for (const { page, name, scenes } of conversations) {
  await using stage = new Stage(options);
  write(page, putInto(readFileSync(path(page), "utf8"), name, await recordTranscript(stage, scenes)));
}
{
  const page = "docs/guide.md";
  await using stage = new Stage(options);
  write(page, putInto(readFileSync(path(page), "utf8"), "evening", await recordPlay(stage, evening)));
}

function path(name: string): URL {
  return new URL(`../${name}`, import.meta.url);
}

function write(name: string, content: string): void {
  writeFileSync(path(name), content);
  process.stdout.write(`${name}\n`);
}
