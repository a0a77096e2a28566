import { chmodSync, copyFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { openStore } from "../../src/store/open-store.ts";
import { AdminClient } from "../../src/cli/admin/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { makeRoom } from "../support/world/drafts.ts";
import { ChatdProcess, HERE } from "../support/processes/process.ts";

/** As most people's shells have it: what a program makes may be read by everybody. */
const OPEN_MASK = ["sh", "-c", 'umask 022; exec "$0" "$@"'];
const PLACE = [...HERE];
const FILES = ["chatd.db", "chatd.db-shm", "chatd.db-wal", "chatd.db.lock"];

/** The rights of everything in a folder, itself included, in octal. */
function modesIn(folder: string): Record<string, string> {
  const names = [".", ...readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()];
  return Object.fromEntries(names.map((name) => [name, modeOf(join(folder, name))]));
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

/** The files of a chatd that was killed, each with these rights, in a folder that everybody may enter. */
async function leftBehind(t: Test, mode: number): Promise<string> {
  const [used, folder] = [aFolder(t), aFolder(t)];
  chmodSync(folder, 0o755);
  const store = await openStore({ type: "sqlite", path: join(used, "chatd.db"), maxPages: null }, 1);
  await makeRoom(store);
  for (const file of FILES) {
    copyFileSync(join(used, file), join(folder, file));
    chmodSync(join(folder, file), mode);
  }
  await store.close();
  return folder;
}

t.test("what a server makes is for its owner alone, whatever the mask that it is started with", async (t) => {
  const folder = join(aFolder(t), "data");
  const log = ["--log-file", join(folder, "logs", "chatd.log")];
  const chatd = ChatdProcess.start(t, ["serve", ...PLACE, "--data-dir", folder, ...log], {}, OPEN_MASK);
  await chatd.listening();
  const admin = new AdminClient(join(folder, "admin.sock"));
  await Array.fromAsync(admin.watch("/backup", { path: join(folder, "copy.db") }));
  t.same(modesIn(folder), {
    ".": "700",
    "admin.sock": "600",
    "chatd.db": "600",
    "chatd.db-shm": "600",
    "chatd.db-wal": "600",
    "chatd.db.lock": "600",
    "copy.db": "600",
    logs: "700",
    "logs/chatd.log": "600",
  });
  t.equal(await chatd.end("SIGTERM"), 0);
});

t.test("so is what migrate makes", async (t) => {
  const folder = join(aFolder(t), "data");
  const chatd = ChatdProcess.start(t, ["migrate", "--data-dir", folder], {}, OPEN_MASK);
  t.equal(await chatd.exited(), 0);
  t.same(modesIn(folder), { ".": "700", "chatd.db": "600", "chatd.db.lock": "600" });
});

t.test(
  "files that everybody may read, as earlier versions left them, are taken back; their folder is as it was",
  async (t) => {
    const folder = await leftBehind(t, 0o644);
    const chatd = ChatdProcess.start(t, ["serve", ...PLACE, "--data-dir", folder], {}, OPEN_MASK);
    await chatd.listening();
    for (const file of FILES) t.equal(modeOf(join(folder, file)), "600", file);
    t.equal(modeOf(folder), "755");
    t.equal(await chatd.end("SIGTERM"), 0);
  },
);

t.test("a group that was let in stays", async (t) => {
  const folder = await leftBehind(t, 0o640);
  const chatd = ChatdProcess.start(t, ["serve", ...PLACE, "--data-dir", folder], {}, OPEN_MASK);
  await chatd.listening();
  for (const file of FILES) t.equal(modeOf(join(folder, file)), "640", file);
  t.equal(await chatd.end("SIGTERM"), 0);
});
