/** `npm run package`: all files of a release, in `dist`: see docs/operations.md, "Install". */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  createReadStream,
  existsSync,
  globSync,
  mkdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import prettyBytes from "pretty-bytes";
import { currentBuild, ROOT } from "./bundle.ts";
import { makeDebian } from "./debian.ts";
import { makeExecutable, ownArchitecture } from "./executable.ts";
import { listParts } from "./parts-list.ts";
import {
  type Architecture,
  ARCHITECTURES,
  debianName,
  executableName,
  npmPackageName,
  partsListName,
  releaseFiles,
  UNITS,
} from "./release-files.ts";
import { stripPackage } from "./strip.ts";

const { values } = parseArgs({
  options: { arch: { type: "string", multiple: true, default: [...ARCHITECTURES] }, out: { type: "string" } },
});
const architectures = ARCHITECTURES.filter((architecture) => values.arch.includes(architecture));
const unknown = values.arch.filter((name) => !ARCHITECTURES.some((architecture) => architecture === name));
if (unknown.length > 0) throw new Error(`--arch ${unknown.join(", ")}: there is ${ARCHITECTURES.join(" and ")}`);

// Says at once where there is no Node to package with.
ownArchitecture();
// npm puts the modes of files into its package.
process.umask(0o022);
const folder = resolve(values.out ?? join(ROOT, "dist"));
mkdirSync(folder, { recursive: true });
// Those of another version would be taken for these.
for (const old of globSync(["chatd-*-linux-*", "chatd_*.deb", "chatd-*.{tgz,cdx.json}"], { cwd: folder }))
  rmSync(join(folder, old));
const { version, commit } = currentBuild();
const hasDpkg = isHere("dpkg-deb");
say(`chatd ${version}, of commit ${commit}, in ${folder}:`);

const partsList = await listParts();
const partsFile = join(folder, partsListName(version));
writeFileSync(partsFile, partsList);
tell(partsFile);
for (const architecture of architectures) await packageFor(architecture);
if (!hasDpkg) say("  no .deb: that needs dpkg-deb");
execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: ROOT, stdio: ["ignore", "ignore", 2] });
tell(join(folder, npmPackageName(version)));
for (const unit of UNITS) {
  copyFileSync(join(ROOT, "deploy/systemd", unit), join(folder, unit));
  tell(join(folder, unit));
}
const made = releaseFiles(version, architectures).filter((name) => existsSync(join(folder, name)));
const sums = await Promise.all(made.map(async (name) => `${await sha256(join(folder, name))}  ${name}\n`));
writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
tell(join(folder, "SHA256SUMS"));

async function packageFor(architecture: Architecture): Promise<void> {
  const executable = join(folder, executableName(version, architecture));
  const isStripped = await makeExecutable(architecture, executable);
  tell(executable);
  if (!isStripped)
    say(
      `  … with its symbols, unlike the released one: to take them out, apt-get install ${stripPackage(architecture)}`,
    );
  if (!hasDpkg) return;
  const debian = join(folder, debianName(version, architecture));
  await makeDebian({ architecture, version, executable, partsList }, debian);
  tell(debian);
}

function tell(file: string): void {
  say(`  ${basename(file)}, ${prettyBytes(statSync(file).size)}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function isHere(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
