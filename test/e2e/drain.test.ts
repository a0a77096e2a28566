import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import t, { type Test } from "tap";
import { Client } from "../support/sockets/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { ChatdProcess } from "../support/processes/process.ts";

const NOTICE = "[*]: The server is restarting. Please connect again in a moment.";

interface Busy {
  readonly chatd: ChatdProcess & { readonly port: number };
  readonly path: string;
  readonly reader: Client;
  readonly talkers: readonly Client[];
}

/** A daemon with people who talk faster than it stores. Each line is followed by a whisper, which answers it. */
async function aBusyRoom(t: Test, drain: string): Promise<Busy> {
  const path = join(aFolder(t), "chatd.db");
  const chatd = await ChatdProcess.serve(t, ["--database", `sqlite:${path}`, "--drain", drain]);
  const reader = await Client.login(t, chatd.port, "reader");
  const talkers = [await Client.login(t, chatd.port, "talker0"), await Client.login(t, chatd.port, "talker1")];
  // Telnet and nc close when the server does.
  for (const one of [reader, ...talkers]) one.socket.on("end", () => one.socket.end());
  for (const { name, socket } of talkers) {
    for (let i = 0; i < 2000; i++) socket.write(`line ${i}\r\n/whisper ${name} line ${i} was taken\r\n`);
  }
  await reader.until(() => said(reader).length > 20, "the room is busy");
  return { chatd, path, reader, talkers };
}

function said(client: Client): string[] {
  return client.lines.filter((line) => line.startsWith("[talker"));
}

function storedIn(path: string): string[] {
  using db = new DatabaseSync(path, { readOnly: true });
  const rows = db.prepare("select author, body from entries where kind = 0 order by pos").all();
  return rows.map((row) => `[${String(row["author"])}]: ${String(row["body"])}`);
}

/** Sends the signal, and checks what holds however the daemon is ended. */
async function endBusyRoom(t: Test, signal: "SIGTERM" | "SIGINT", drain: string): Promise<void> {
  const { chatd, path, reader, talkers } = await aBusyRoom(t, drain);
  const ended = chatd.end(signal);
  await reader.expect(NOTICE);
  await t.rejects(Client.connect(t, chatd.port), { code: "ECONNREFUSED" }, "nobody new comes in");
  t.equal(await ended, 0);

  for (const one of [reader, ...talkers]) {
    await one.ended();
    t.ok(one.lines.includes(NOTICE), `${one.name} was told`);
  }
  const stored = storedIn(path);
  t.strictSame(said(reader), stored.slice(0, said(reader).length), "what was seen is stored, in that order");
  for (const { name, lines } of talkers) {
    const taken = lines.map((line) => /^<<.*>>: (line \d+) was taken$/.exec(line)?.[1]).filter((line) => line);
    const own = stored.filter((line) => line.startsWith(`[${name}]: `));
    t.ok(taken.length > 0);
    t.strictSame(
      own.slice(0, taken.length),
      taken.map((line) => `[${name}]: ${line}`),
      "what was answered is stored",
    );
  }
}

// That the time to drain is kept is shown where time can be set, in listener.test.ts.

t.test("SIGTERM tells everybody, loses nothing that was accepted, and ends with 0", async (t) => {
  await endBusyRoom(t, "SIGTERM", "6s");
});

t.test("SIGINT does the same, and takes no time to drain", async (t) => {
  await endBusyRoom(t, "SIGINT", "1h");
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  t.test(`${signal} stores every line that was read, also those that flood control made wait`, async (t) => {
    const path = join(aFolder(t), "chatd.db");
    const flood = ["--flood-burst", "10", "--flood-rate", "1", "--paste-lines", "0"];
    const chatd = await ChatdProcess.serve(t, ["--database", `sqlite:${path}`, "--drain", "2s", ...flood]);
    const one = await Client.connect(t, chatd.port);
    one.socket.on("end", () => one.socket.end());
    const lines = Array.from({ length: 600 }, (_, i) => `line ${i}`);
    one.send("one", ...lines);
    const waiting = (await one.expect(/^You are sending lines very fast\. .* \d+ lines wait\.$/)).replace(
      /.* (\d+) lines wait\.$/,
      "$1",
    );
    t.equal(await chatd.end(signal), 0);
    await one.ended();
    const stored = storedIn(path);
    t.ok(stored.length >= 10 + Number(waiting), `${stored.length} lines, ${waiting} had waited`);
    t.strictSame(
      stored,
      lines.slice(0, stored.length).map((line) => `[one]: ${line}`),
    );
  });
}

for (const [signal, drain] of [
  ["SIGTERM", "3s"],
  ["SIGINT", "1h"],
] as const) {
  t.test(`peers that never close their side do not keep a daemon that ends by ${signal}`, async (t) => {
    const chatd = await ChatdProcess.serve(t, ["--database", "memory:", "--drain", drain]);
    const [one, two] = [await Client.login(t, chatd.port, "one"), await Client.login(t, chatd.port, "two")];
    t.equal(await chatd.end(signal), 0);
    for (const client of [one, two]) await client.expect(NOTICE);
  });
}
