import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ROOT, sourceTime } from "./bundle.ts";
import { type Architecture, DEBIAN_ARCHITECTURES, UNITS } from "./release-files.ts";

const MAINTAINER = "chatd developers <chatd@chatd.invalid>";
const SETTINGS = "etc/chatd/chatd.env";
/** The least that xz does: more makes the file a tenth smaller at five times the time. */
const COMPRESSION = ["-Zxz", "-z1"];
/** The oldest that have the symbols that Node asks for (`readelf --version-info`). */
const LIBRARIES = "libc6 (>= 2.28), libgcc-s1 (>= 3.4), libstdc++6 (>= 7)";
const run = promisify(execFile);

/** What a package is made of. */
export interface DebianContents {
  readonly architecture: Architecture;
  /** The version that dpkg compares. */
  readonly version: string;
  /** The path of the executable for that kind of machine. */
  readonly executable: string;
  /** The CycloneDX document of what is in it. */
  readonly partsList: string;
}

/** A file of the package: its text or bytes, or where to copy it from. */
type PackageFile = { readonly mode?: number } & ({ readonly content: string | Buffer } | { readonly from: string });

/**
 * Writes a Debian package of an executable: the program, its systemd units, settings, and documentation. The same
 * contents, dpkg, xz and gzip make the same file. Needs `dpkg-deb`; rejects with what that says.
 */
export async function makeDebian(contents: DebianContents, file: string): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), "chatd-debian-"));
  try {
    const root = join(work, "root");
    const installed = installedFiles(contents);
    for (const [path, entry] of Object.entries(installed)) lay(join(root, path), entry);
    const control: Record<string, PackageFile> = {
      control: { content: controlFile(contents, installedKilobytes(root)) },
      conffiles: { content: `/${SETTINGS}\n` },
      md5sums: { content: checksums(root) },
      ...Object.fromEntries(
        ["postinst", "prerm", "postrm"].map((name) => [name, { from: join(ROOT, "deploy/debian", name), mode: 0o755 }]),
      ),
    };
    for (const [name, entry] of Object.entries(control)) lay(join(root, "DEBIAN", name), entry);
    settle(root);
    const env = { ...process.env, SOURCE_DATE_EPOCH: String(sourceTime()) };
    await run("dpkg-deb", ["--root-owner-group", ...COMPRESSION, "--build", root, file], { env });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function installedFiles({ version, executable, partsList }: DebianContents): Record<string, PackageFile> {
  const own = (name: string): string => readFileSync(join(ROOT, "deploy/debian", name), "utf8");
  const documents = "usr/share/doc/chatd";
  return {
    "usr/bin/chatd": { from: executable, mode: 0o755 },
    ...Object.fromEntries(UNITS.map((unit) => [`usr/lib/systemd/system/${unit}`, { content: packagedUnit(unit) }])),
    // It may hold secrets.
    [SETTINGS]: { content: own("chatd.env"), mode: 0o600 },
    "usr/share/man/man8/chatd.8.gz": { content: compress(own("chatd.8")) },
    "usr/share/lintian/overrides/chatd": { content: own("lintian-overrides") },
    [`${documents}/copyright`]: { content: own("copyright") },
    [`${documents}/copyright.node.gz`]: { content: compress(readFileSync(nodeLicense())) },
    [`${documents}/parts.cdx.json.gz`]: { content: compress(partsList) },
    [`${documents}/changelog.gz`]: { content: compress(changelog(version)) },
    [`${documents}/CHANGELOG.md`]: { from: join(ROOT, "CHANGELOG.md") },
    [`${documents}/http.md`]: { from: join(ROOT, "docs/http.md") },
    [`${documents}/operations.md`]: { from: join(ROOT, "docs/operations.md") },
    [`${documents}/protocol.md`]: { from: join(ROOT, "docs/protocol.md") },
  };
}

/** The unit that there is for all, with the program where packages have theirs. */
function packagedUnit(name: string): string {
  return readFileSync(join(ROOT, "deploy/systemd", name), "utf8").replaceAll("/usr/local/bin/", "/usr/bin/");
}

function nodeLicense(): string {
  return join(ROOT, `node_modules/node-linux-${process.arch}/LICENSE`);
}

/** Debian's form; what changed is told where it is told for all. */
function changelog(version: string): string {
  const date = new Date(sourceTime() * 1000).toUTCString().replace("GMT", "+0000");
  return `chatd (${version}) unstable; urgency=medium

  * What changed: /usr/share/doc/chatd/CHANGELOG.md

 -- ${MAINTAINER}  ${date}
`;
}

function controlFile({ architecture, version }: DebianContents, kilobytes: number): string {
  return `Package: chatd
Version: ${version}
Architecture: ${DEBIAN_ARCHITECTURES[architecture]}
Maintainer: ${MAINTAINER}
Installed-Size: ${kilobytes}
Depends: ${LIBRARIES}
Recommends: systemd
Suggests: netcat-openbsd | telnet, postgresql
Section: net
Priority: optional
Description: chat server for telnet and nc
 People connect with telnet or nc, type a name, and talk: in a lobby, in public
 and private rooms, and in whispers. Every line is on disk before anybody sees
 it, so that nothing said is lost.
 .
 The server runs as a systemd service without any rights. A socket holds its
 port, so that nobody is refused while it restarts. Several servers can be one
 chat by sharing a PostgreSQL.
`;
}

/** As dpkg counts: each file in whole kilobytes, and one for each folder. */
function installedKilobytes(root: string): number {
  const sizes = entries(root).map(({ path, isFile }) => (isFile ? Math.ceil(statSync(path).size / 1024) : 1));
  return sizes.reduce((total, size) => total + size, 0);
}

/** Of all files but the settings, which people change: for `dpkg --verify`. */
function checksums(root: string): string {
  const files = entries(root).filter(({ path, isFile }) => isFile && !path.startsWith(join(root, "etc/")));
  return files
    .map(({ path }) => {
      const sum = createHash("md5").update(readFileSync(path)).digest("hex");
      return `${sum}  ${path.slice(root.length + 1)}\n`;
    })
    .join("");
}

/** What Node's own zlib makes depends on the processor. */
function compress(content: string | Buffer): Buffer {
  return execFileSync("gzip", ["-9n"], { input: content });
}

function lay(path: string, file: PackageFile): void {
  mkdirSync(dirname(path), { recursive: true });
  if ("from" in file) copyFileSync(file.from, path);
  else writeFileSync(path, file.content);
  // Whatever the umask, and the file that it was copied from.
  chmodSync(path, file.mode ?? 0o644);
}

/** Gives folders the mode, and everything the time, that do not depend on where and when the package is made. */
function settle(root: string): void {
  const time = sourceTime();
  for (const { path, isFile } of entries(root)) {
    if (!isFile) chmodSync(path, 0o755);
    utimesSync(path, time, time);
  }
}

/** Everything in a folder, and the folder itself, in the order of their paths. */
function entries(root: string): { readonly path: string; readonly isFile: boolean }[] {
  const found = readdirSync(root, { recursive: true, withFileTypes: true });
  return [
    { path: root, isFile: false },
    ...found.map((entry) => ({ path: join(entry.parentPath, entry.name), isFile: entry.isFile() })),
  ].toSorted((one, other) => (one.path < other.path ? -1 : 1));
}
