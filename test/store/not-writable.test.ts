import { join } from "node:path";
import t, { type Test } from "tap";
import { openStore } from "../../src/store/open-store.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { mounts, readOnly } from "../support/processes/mounts.ts";
import { withParts } from "../../tools/parts.ts";
import { ChatdProcess, HERE } from "../support/processes/process.ts";

/** A database file that chatd has made, in a folder of its own. */
async function aFile(t: Test): Promise<{ folder: string; path: string }> {
  const folder = aFolder(t);
  const path = join(folder, "chatd.db");
  const store = await openStore({ type: "sqlite", path, maxPages: null }, 1);
  await store.close();
  return { folder, path };
}

/** Starts chatd where it cannot write, and returns how it ended. */
async function startWithout(t: Test, unwritable: string, path: string) {
  const args = ["serve", ...HERE, "--database", `sqlite:${path}`];
  const chatd = ChatdProcess.start(t, args, {}, readOnly(unwritable));
  return { code: await chatd.exited(), stdout: chatd.stdout, stderr: chatd.stderr };
}

await withParts(
  t,
  [mounts],
  "a folder that cannot be written ends the start with a line that says what to do",
  async (t) => {
    const { folder, path } = await aFile(t);
    t.strictSame(await startWithout(t, folder, path), {
      code: 1,
      stdout: "",
      stderr: `chatd: --database sqlite:${path}: ${folder} is on a file system that is mounted read-only. Choose another one.\n`,
    });
  },
);

await withParts(
  t,
  [mounts],
  "a file that cannot be written ends the start with a line that says what to do",
  async (t) => {
    const { path } = await aFile(t);
    t.strictSame(await startWithout(t, path, path), {
      code: 1,
      stdout: "",
      stderr: `chatd: --database sqlite:${path}: ${path} is on a file system that is mounted read-only. Choose another one.\n`,
    });
  },
);
