import { execFile } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bundleWhole, ROOT } from "./bundle.ts";
import { type Architecture, ARCHITECTURES } from "./release-files.ts";
import { strip } from "./strip.ts";

const run = promisify(execFile);

/** What Node looks for in its own file (nodejs.org/api/single-executable-applications.html). */
const RESOURCE = "NODE_SEA_BLOB";
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** The options of Node that the launcher gives it, too. */
const NODE_OPTIONS = [...readFileSync(join(ROOT, "bin/chatd"), "utf8").matchAll(/^young=(\S+)$/gm)].map(([, it]) => it);

const SEA = {
  main: "main.cjs",
  output: "program.blob",
  disableExperimentalSEAWarning: true,
  // A code cache depends on the machine that makes it, so the file could not be made again elsewhere.
  useCodeCache: false,
  execArgv: NODE_OPTIONS,
};

/**
 * Writes chatd as one executable file: the bundled program in the Node that the lock file names, without its symbols. The
 * same source and the same binutils make the same file, whatever folder it lies in. Nothing is fetched from anywhere but
 * the npm registry. Resolves with whether its symbols are out; with them (`strip`) the file is larger than the released one,
 * and has another checksum.
 */
export async function makeExecutable(architecture: Architecture, file: string): Promise<boolean> {
  const work = mkdtempSync(join(tmpdir(), "chatd-package-"));
  try {
    await bundleWhole(join(work, "main.cjs"));
    writeFileSync(join(work, "sea.json"), JSON.stringify(SEA));
    // The paths get into the file: they are those in the folder alone, which has another name each time.
    await run(await findNode(ownArchitecture(), work), ["--experimental-sea-config", "sea.json"], { cwd: work });
    const made = join(work, "chatd");
    copyFileSync(await findNode(architecture, work), made);
    // Before the program is put in, which would be broken.
    const isStripped = await strip(made, architecture);
    const postject = join(ROOT, "node_modules/postject/dist/cli.js");
    await run(process.execPath, [postject, made, RESOURCE, join(work, SEA.output), "--sentinel-fuse", FUSE]);
    copyFileSync(made, file);
    return isStripped;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The kind of this machine. Throws where there is no Node for it among the packages. */
export function ownArchitecture(): Architecture {
  const own = ARCHITECTURES.find((architecture) => architecture === process.arch);
  if (process.platform !== "linux" || !own) {
    throw new Error(`cannot package on ${process.platform}-${process.arch}: use Linux on x64 or arm64`);
  }
  return own;
}

/** The path of a Node for that kind of machine: installed here, or installed by npm into `work`, by the same lock file. */
async function findNode(architecture: Architecture, work: string): Promise<string> {
  const path = `node_modules/node-linux-${architecture}/bin/node`;
  const here = join(ROOT, path);
  if (existsSync(here)) return here;
  const folder = join(work, architecture);
  mkdirSync(folder);
  for (const name of ["package.json", "package-lock.json", ".npmrc"]) cpSync(join(ROOT, name), join(folder, name));
  const options = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"];
  await run("npm", ["ci", ...options, "--os=linux", `--cpu=${architecture}`], { cwd: folder });
  return join(folder, path);
}
