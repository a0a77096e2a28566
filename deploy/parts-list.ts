import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWhole, ROOT } from "./bundle.ts";

interface Bom {
  readonly components: readonly { readonly version?: string }[];
}

/** A CycloneDX document (SBOM) of what is in an executable: the packages that were bundled, and Node. */
export async function listParts(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "chatd-parts-"));
  try {
    const metafile = join(folder, "metafile.json");
    writeFileSync(metafile, JSON.stringify(await bundleWhole(join(folder, "main.cjs"))));
    const program = join(ROOT, "node_modules/@cyclonedx/cyclonedx-esbuild/bin/cyclonedx-esbuild-cli.js");
    const args = ["--output-reproducible", "--gather-license-texts", metafile];
    const said = execFileSync(process.execPath, [program, ...args], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 64 * 1024 * 1024,
    });
    // What that program writes.
    const bom = JSON.parse(said) as Bom;
    // What the bundler has put in itself is no package, and has no version.
    const packages = bom.components.filter(({ version }) => version !== undefined);
    return `${JSON.stringify({ ...bom, components: [...packages, node()] }, null, 2)}\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function node(): object {
  const { node: version } = process.versions;
  return {
    type: "platform",
    name: "node",
    version,
    "bom-ref": `node@${version}`,
    purl: `pkg:generic/node@${version}`,
    licenses: [{ license: { id: "MIT" } }],
  };
}
