import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import { bundleWhole, ROOT } from "../../../deploy/bundle.ts";
import { makeExecutable, ownArchitecture } from "../../../deploy/executable.ts";
import { aFolder } from "../sockets/daemon.ts";
import type { Part } from "../../../tools/parts.ts";
import { ChatdProcess } from "../processes/process.ts";

/** Executables can be made for Linux, with the Node that comes with the packages. */
export const executablePart: Part = {
  name: "executable",
  isHere: () =>
    process.platform === "linux" && existsSync(join(ROOT, `node_modules/node-linux-${process.arch}/bin/node`)),
};

/** Kept between test files: making it takes seconds. */
const KEPT = join(ROOT, "node_modules/.cache/chatd");

/** The path of an executable of the source as it is now; made unless there is one of the same parts, made the same way. */
export async function anExecutable(t: Test): Promise<string> {
  const bundled = join(aFolder(t), "main.cjs");
  await bundleWhole(bundled);
  const hash = createHash("sha256").update(process.version);
  const makers = ["bin/chatd", "deploy/executable.ts", "deploy/strip.ts"].map((path) => join(ROOT, path));
  for (const path of [...makers, bundled]) hash.update(readFileSync(path));
  const file = join(KEPT, `chatd-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(file)) return file;
  rmSync(KEPT, { recursive: true, force: true });
  mkdirSync(KEPT, { recursive: true });
  await makeExecutable(ownArchitecture(), `${file}.part`);
  renameSync(`${file}.part`, file);
  return file;
}

/** Runs a program in a folder, with nothing in its environment but a PATH, which is empty, too; killed when the test ends. */
export function runAlone(t: Test, file: string, args: readonly string[], cwd: string, path = ""): ChatdProcess {
  const child: ChildProcess = spawn(file, args, { cwd, env: { PATH: path }, stdio: ["ignore", "pipe", "pipe"] });
  t.teardown(() => child.kill("SIGKILL"));
  return new ChatdProcess(child);
}
