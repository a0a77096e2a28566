import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import t, { type Test } from "tap";
import { addBallast, dropBallast, pageCount } from "../support/processes/ballast.ts";
import { Client } from "../support/sockets/client.ts";
import { aDaemon, aFolder } from "../support/sockets/daemon.ts";
import { mounts, seenBy, smallDisk } from "../support/processes/mounts.ts";
import { withParts } from "../../tools/parts.ts";
import { ChatdProcess, HERE } from "../support/processes/process.ts";

const FULL = "The disk of the server is full: your line was not stored. Say it again when there is space.";
const NOT_MADE = "The server cannot store anything right now: the room was not made. Try again in a moment.";

/** Talks until the disk is full; returns how many lines were taken. */
async function talkUntilFull(one: Client, most: number): Promise<number> {
  for (let line = 0; line < most; line++) {
    const answers = await one.ask(`line ${line} ${"x".repeat(2000)}`);
    if (answers.includes(FULL)) return line;
  }
  throw new Error("the disk does not become full");
}

/** What goes on while nothing can be stored, and what is refused. */
async function testWithoutSpace(t: Test, one: Client, two: Client): Promise<void> {
  t.same(await one.ask("/users"), ["Online users: one, two"]);
  t.same(await one.ask("/whisper two are you there?"), []);
  await two.expect("<<one>>: are you there?");
  await two.ask("/whisper one yes");
  await one.expect("<<two>>: yes");
  t.match((await one.ask("/history 1")).at(-1), /\[one\]: line \d+ x+$/);
  t.same(await two.ask(`also from two ${"x".repeat(2000)}`), [FULL]);
  t.notOk(
    one.lines.some((line) => line.includes("also from two")),
    "nobody sees what is not stored",
  );
}

t.test("on a full disk lines are refused to who says them, and taken again when there is space", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  const before = await aDaemon(t, { database: `sqlite:${path}` });
  await before.stop(0);
  addBallast(path, 100);
  const { port } = await aDaemon(t, { database: `sqlite:${path}?max_pages=${pageCount(path) + 20}` });
  const [one, two] = [await Client.login(t, port, "one"), await Client.login(t, port, "two")];
  const taken = await talkUntilFull(one, 200);
  await testWithoutSpace(t, one, two);

  dropBallast(path);
  t.same(await one.ask("it works again"), []);
  await two.expect("[one]: it works again");
  t.match((await one.ask("/history 1")).at(-1), new RegExp(`^${taken + 1} .* \\[one\\]: it works again$`));
});

t.test("a room that cannot be stored is not made, and can be made later", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  const before = await aDaemon(t, { database: `sqlite:${path}` });
  await before.stop(0);
  addBallast(path, 100);
  const { port } = await aDaemon(t, {
    database: `sqlite:${path}?max_pages=${pageCount(path) + 5}`,
    roomsCreatedPerUser: "0",
  });
  const one = await Client.login(t, port, "one");
  await talkUntilFull(one, 50);
  let refused = "";
  for (let i = 0; i < 500 && refused === ""; i++) {
    if ((await one.ask(`/create room-${i}`)).includes(NOT_MADE)) refused = `room-${i}`;
  }
  t.not(refused, "");
  t.notOk((await one.ask("/rooms")).join().includes(refused));
  dropBallast(path);
  t.same(await one.ask(`/create ${refused}`), [`Room ${refused} created. Type /join ${refused} to go in.`]);
});

await withParts(t, [mounts], "the same on a disk that is really full, and becomes free again", async (t) => {
  const folder = aFolder(t);
  const args = [
    "serve",
    ...HERE,
    "--admin-socket",
    "off",
    "--flood-burst",
    "0",
    "--flood-burst-per-address",
    "0",
    "--database",
    `sqlite:${folder}/chatd.db`,
  ];
  const chatd = ChatdProcess.start(t, args, {}, smallDisk(folder, 1024));
  const port = await chatd.listening();
  const [one, two] = [await Client.login(t, port, "one"), await Client.login(t, port, "two")];
  // A file that takes up most of the disk, to be removed later.
  const ballast = seenBy(chatd.child.pid, join(folder, "ballast"));
  writeFileSync(ballast, Buffer.alloc(600 * 1024));
  await talkUntilFull(one, 500);
  await testWithoutSpace(t, one, two);
  rmSync(ballast);
  t.same(await one.ask("it works again"), []);
  await two.expect("[one]: it works again");
  t.equal(await chatd.end("SIGINT"), 0);
});

t.test("lines said while the store's thread dies again and again are stored and shown once, in order", async (t) => {
  const writers: Worker[] = [];
  const started = (worker: Worker): unknown => writers.push(worker);
  process.on("worker", started);
  t.teardown(() => process.removeListener("worker", started));
  const { port } = await aDaemon(t, { database: `sqlite:${join(aFolder(t), "chatd.db")}` });
  const [one, two] = [await Client.login(t, port, "one"), await Client.login(t, port, "two")];
  const lines = Array.from({ length: 300 }, (_, i) => `line ${i}`);
  one.send(...lines);
  const seen = (): string[] => two.lines.filter((line) => line.startsWith("[one]: "));
  for (let deaths = 1; deaths <= 5; deaths++) {
    await two.until(() => seen().length >= deaths * 40, "the store works");
    await Promise.all(writers.splice(0).map((worker) => worker.terminate()));
  }
  await two.until(() => seen().length >= lines.length, "every line");
  await two.settle();
  t.same(
    seen(),
    lines.map((line) => `[one]: ${line}`),
  );
  const [last] = (await two.ask("/history 1")).slice(-1);
  t.match(last, /^300 .* \[one\]: line 299$/);
});
