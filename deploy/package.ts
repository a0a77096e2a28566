/** `npm run package`: an executable file for each kind of machine, their checksums, and what is in them, in `dist`. */
import { createHash } from "node:crypto";
import { createReadStream, globSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import prettyBytes from "pretty-bytes";
import { currentBuild, ROOT } from "./bundle.ts";
import { ARCHITECTURES, makeExecutable } from "./executable.ts";
import { listParts } from "./parts-list.ts";

const { values } = parseArgs({
  options: { arch: { type: "string", multiple: true, default: [...ARCHITECTURES] }, out: { type: "string" } },
});
const architectures = ARCHITECTURES.filter((architecture) => values.arch.includes(architecture));
const unknown = values.arch.filter((its) => !ARCHITECTURES.some((architecture) => architecture === its));
if (unknown.length > 0) throw new Error(`--arch ${unknown.join(", ")}: there is ${ARCHITECTURES.join(" and ")}`);

const folder = values.out ?? join(ROOT, "dist");
mkdirSync(folder, { recursive: true });
// Those of another version would be taken for these.
for (const old of globSync("chatd-*", { cwd: folder })) rmSync(join(folder, old));
const { version, commit } = currentBuild();
const sums: string[] = [];
for (const architecture of architectures) {
  const file = join(folder, `chatd-${version}-linux-${architecture}`);
  process.stdout.write(`${basename(file)}, of commit ${commit} … `);
  await makeExecutable(architecture, file);
  sums.push(`${await sha256(file)}  ${basename(file)}\n`);
  process.stdout.write(`${prettyBytes(statSync(file).size)}\n`);
}
writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
const parts = `chatd-${version}.cdx.json`;
writeFileSync(join(folder, parts), await listParts());
process.stdout.write(`They are in ${folder}, with SHA256SUMS, and ${parts}, which lists the packages in them.\n`);

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
