import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { FileLock } from "../../src/store/sqlite/file-lock.ts";
import { aFolder } from "../support/sockets/daemon.ts";

const WHAT_TO_DO = " Wait until it has ended, or choose another --data-dir.";
const HOLDER = `
  const { FileLock } = await import(process.argv[1]);
  new FileLock(process.argv[2]);
  process.stdout.write("held");
  setInterval(() => {}, 1e9);
`;

t.test("a lock keeps others out, in the same process too, until it is released", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  const lock = new FileLock(path);
  t.throws(() => new FileLock(path), { code: "broken", message: `${path} is in use by another chatd.${WHAT_TO_DO}` });
  lock.release();
  new FileLock(path).release();
  t.notOk(existsSync(path), "the database file itself is not touched");
});

t.test("the lock of a process that is killed is free at once", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  const source = new URL("../../src/store/sqlite/file-lock.ts", import.meta.url).href;
  const holder = spawn(process.execPath, ["--input-type=module", "--eval", HOLDER, source, path]);
  t.teardown(() => holder.kill("SIGKILL"));
  await once(holder.stdout, "data");
  t.throws(() => new FileLock(path), { message: `${path} is in use by another chatd.${WHAT_TO_DO}` });
  holder.kill("SIGKILL");
  await once(holder, "exit");
  new FileLock(path).release();
});

t.test("a lock in a folder that is not there is a failure that says so", async (t) => {
  const path = join(aFolder(t), "missing", "chatd.db");
  t.throws(() => new FileLock(path), {
    code: "broken",
    message: `lock ${path}.lock: unable to open database file: it cannot be opened; check that the folder exists and can be written.`,
  });
});
