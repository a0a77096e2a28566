import { join } from "node:path";
import t, { type Test } from "tap";
import { Client } from "../support/sockets/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { ChatdProcess } from "../support/processes/process.ts";
import { messagesIn, type Stored } from "../support/processes/stored.ts";
import { until } from "../support/sockets/until.ts";

const ROUNDS = 15;
const READERS = 3;
const TALKERS = 6;
/** What a talker sends at once; and again right before the end, so that the daemon dies with lines in its hands. */
const LINES = 100;

function lineOf({ author, body }: Stored): string {
  return `[${author}]: ${body}`;
}

function said(client: Client): string[] {
  return client.lines.filter((line) => line.startsWith("[talker"));
}

/** Kills a daemon whose room is busy; returns what each of its readers had seen by then. */
async function killBusyRoom(t: Test, path: string, round: number): Promise<string[][]> {
  const chatd = await ChatdProcess.serve(t, ["--database", `sqlite:${path}`]);
  const names = (what: string, count: number) => Array.from({ length: count }, (_, i) => `${what}${i}`);
  const logIn = (all: readonly string[]) => Promise.all(all.map((name) => Client.login(t, chatd.port, name)));
  const readers = await logIn(names("reader", READERS));
  const talkers = await logIn(names("talker", TALKERS));
  const talk = (part: string): void => {
    for (const talker of talkers) talker.send(...Array.from({ length: LINES }, (_, i) => `${round} ${part} ${i}`));
  };
  talk("begin");
  const [first] = readers as [Client];
  // Earlier and later, so that batches are hit at different places.
  await first.until(() => said(first).length > round * 20, "the room is busy");
  talk("end");
  await chatd.end("SIGKILL");
  await until(() => readers.every((reader) => reader.isEnded || reader.isClosed), "what was sent has arrived");
  return readers.map(said);
}

t.test("whatever a reader saw before a kill -9 is stored where it was seen, and the numbers go on", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  let before = 0;
  let cutShort = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const seen = await killBusyRoom(t, path, round);
    const stored = messagesIn(path);
    // The first entry is the making of the lobby; nothing but messages follows.
    const wrong = stored.findIndex(({ pos, seq }, i) => seq !== i + 1 || pos !== i + 2);
    t.equal(wrong, -1, `round ${round}: the messages are numbered without a gap or a repeat`);
    for (const lines of seen) {
      const own = stored.slice(before, before + lines.length).map(lineOf);
      t.strictSame(lines, own, `round ${round}: ${lines.length} lines seen, in the order and with the numbers stored`);
    }
    t.equal(new Set(stored.map(lineOf)).size, stored.length, `round ${round}: no line is stored twice`);
    if (stored.length - before < 2 * TALKERS * LINES) cutShort += 1;
    before = stored.length;
  }
  t.ok(cutShort > 0, `${cutShort} of ${ROUNDS} times the daemon was killed while lines waited`);

  const chatd = await ChatdProcess.serve(t, ["--database", `sqlite:${path}`]);
  const last = messagesIn(path).map(lineOf).at(-1);
  const reader = await Client.login(t, chatd.port, "reader");
  reader.send("after all that", "/history 2");
  await reader.expect((line) => line.startsWith(`${before} `) && line.endsWith(String(last)));
  await reader.expect((line) => line.startsWith(`${before + 1} `) && line.endsWith("[reader]: after all that"));
  t.equal(await chatd.end("SIGINT"), 0);
});
