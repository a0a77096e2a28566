import { join } from "node:path";
import t from "tap";
import { AdminClient } from "../../src/cli/admin/client.ts";
import { Client } from "../support/sockets/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { ChatdProcess } from "../support/processes/process.ts";

interface Audit {
  readonly by: string;
  readonly act: string;
  readonly subject: string | null;
  readonly room: string | null;
}

function auditsIn(chatd: ChatdProcess): Audit[] {
  return chatd.stderr
    .split("\n")
    .filter((line) => line.includes('"msg":"Audit"'))
    .map((line) => JSON.parse(line) as Audit);
}

t.test("whoever keeps order in a room leaves a trace in the log, and no word of what was said", async (t) => {
  const chatd = await ChatdProcess.serve(t, ["--database", "memory:"]);
  const [one, two] = [await Client.login(t, chatd.port, "one"), await Client.login(t, chatd.port, "two")];
  await one.ask("/create_private Den", "/join Den", "/topic hush", "/invite two");
  await two.ask("/join Den");
  await one.ask("/op two", "/deop two", "/kick two", "/ban two 1h", "/unban two", "/destroy Den");
  await two.ask("/kick one", "/ban one");
  t.equal(await chatd.end("SIGINT"), 0);
  const audited = auditsIn(chatd);
  t.same(
    audited.map(({ by, act, subject, room }) => [by, act, subject, room]),
    [
      ["one", "set-topic", null, "Den"],
      ["one", "invite", "two", "Den"],
      ["one", "op", "two", "Den"],
      ["one", "deop", "two", "Den"],
      ["one", "kick", "two", "Den"],
      ["one", "ban", "two", "Den"],
      ["one", "unban", "two", "Den"],
      ["one", "destroy", null, "Den"],
    ],
  );
  t.notMatch(chatd.stderr, "hush");
});

t.test("a quiet log still has what was done, and a flood of topics hides nothing else", async (t) => {
  const socket = join(aFolder(t), "admin.sock");
  const quiet = ["--database", "memory:", "--log-level", "warn", "--admin-socket", socket];
  const chatd = await ChatdProcess.serve(t, quiet);
  const admin = new AdminClient(socket);
  const one = await Client.login(t, chatd.port, "one");
  await one.ask("/create Den", "/join Den", ...Array.from({ length: 50 }, (_, i) => `/topic ${i}`), "/ban two");
  await admin.post("/log-level", { level: "error" });
  await admin.post("/ban", { subject: "192.0.2.1", duration: null, reason: "" });
  t.equal(await chatd.end("SIGINT"), 0);
  t.same(
    auditsIn(chatd).map(({ act, subject }) => [act, subject]),
    [
      ...Array.from({ length: 10 }, () => ["set-topic", null]),
      ["ban", "two"],
      ["admin log-level", "error"],
      ["admin ban", "192.0.2.1"],
    ],
  );
});
