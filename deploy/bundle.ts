import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";
import type { Build } from "../src/cli/build.ts";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The program, and each of its files that a thread starts with. */
const ENTRIES = ["src/cli/main.ts", "src/store/sqlite/thread.ts"];
/** CommonJS packages ask for Node's own parts with `require`, which a module has not. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** All bundles lie beside each other, as JavaScript: `./thread.ts` is `./thread.mjs` there. */
const bundledUrls: Plugin = {
  name: "bundled-urls",
  setup(builder) {
    builder.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll(
        /(new URL\("\.\/[\w-]+)\.ts(", import\.meta\.url\))/g,
        "$1.mjs$2",
      ),
      loader: "ts",
    }));
  },
};

/**
 * Makes JavaScript of the source: `main.mjs`, and a file for each thread, in `folder`.
 *
 * @param packages `bundled`: the packages are in it, too, so that nothing else is needed but Node; `installed`: they are
 *   where npm puts them
 * @returns what went into each file
 */
export async function bundle(folder: string, packages: "bundled" | "installed"): Promise<Metafile> {
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: ROOT,
    entryPoints: ENTRIES,
    entryNames: "[name]",
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    packages: packages === "bundled" ? "bundle" : "external",
    external: ["pg-native"],
    banner: { js: REQUIRE },
    define: { CHATD_BUILD: JSON.stringify(currentBuild()) },
    plugins: [bundledUrls],
    legalComments: "none",
    logLevel: "warning",
  });
  return metafile;
}

/** What `package.json` and git say of the source here; without git (a downloaded archive) the commit is `unknown`. */
export function currentBuild(): Build {
  // The package's own description is well-formed.
  const { version } = JSON.parse(readFileSync(`${ROOT}/package.json`, "utf8")) as { version: string };
  return { version, commit: currentCommit() };
}

function currentCommit(): string {
  try {
    const commit = git("rev-parse", "--short=12", "HEAD");
    return git("status", "--porcelain", "--", "src", "package-lock.json") === "" ? commit : `${commit}+changed`;
  } catch {
    return "unknown";
  }
}

/**
 * When the source here was made, in seconds since 1970, so that what is made of it does not depend on the day: the time of
 * the commit, unless `SOURCE_DATE_EPOCH` says another one; without git 0.
 */
export function sourceTime(): number {
  const said = process.env["SOURCE_DATE_EPOCH"];
  try {
    return Number(said ?? git("log", "-1", "--format=%ct"));
  } catch {
    return 0;
  }
}

function git(...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}
