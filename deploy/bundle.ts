import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions, type Metafile, type Plugin } from "esbuild";
import type { Build } from "../src/cli/build.ts";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The program, and each of its files that a thread starts with. */
const PROGRAM = "src/cli/main.ts";
const THREADS = ["src/store/sqlite/thread.ts"];
/** CommonJS packages ask for Node's own parts with `require`, which a module has not. */
const REQUIRE = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
/** Where the source names the file of a thread. */
const THREAD_URL = /new URL\("\.\/([\w-]+)\.ts", import\.meta\.url\)/g;

const common = {
  metafile: true,
  absWorkingDir: ROOT,
  bundle: true,
  platform: "node",
  target: "node24",
  external: ["pg-native"],
  legalComments: "none",
  logLevel: "warning",
} as const satisfies BuildOptions;

/** Makes JavaScript of the source, for a package that npm installs the packages beside: `main.mjs` and threads, in `folder`. */
export async function bundleForNpm(folder: string): Promise<void> {
  await build({
    ...common,
    entryPoints: [PROGRAM, ...THREADS],
    entryNames: "[name]",
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    format: "esm",
    packages: "external",
    banner: { js: REQUIRE },
    define: { CHATD_BUILD: JSON.stringify(currentBuild()) },
    plugins: [threadUrls((name) => `new URL("./${name}.mjs", import.meta.url)`)],
  });
}

/**
 * Makes one file of JavaScript (CommonJS) of the source, its packages and its threads, so that nothing else is needed but
 * Node.
 *
 * @returns what went into it
 */
export async function bundleWhole(file: string): Promise<Metafile> {
  const threads = new Map<string, string>();
  for (const entry of THREADS) {
    const { outputFiles } = await build({ ...common, entryPoints: [entry], format: "esm", write: false });
    const code = Buffer.from(outputFiles[0]?.contents ?? "").toString("base64");
    threads.set(basename(entry, ".ts"), `new URL("data:text/javascript;base64,${code}")`);
  }
  const { metafile } = await build({
    ...common,
    entryPoints: [PROGRAM],
    outfile: file,
    format: "cjs",
    define: { CHATD_BUILD: JSON.stringify(currentBuild()), "import.meta.url": '""' },
    plugins: [threadUrls((name) => threads.get(name) ?? "")],
  });
  return metafile;
}

/** Replaces the URLs of the files of threads. @param urlOf returns JavaScript for the URL of a thread, by its file's name */
function threadUrls(urlOf: (name: string) => string): Plugin {
  return {
    name: "thread-urls",
    setup(builder) {
      builder.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => ({
        contents: readFileSync(path, "utf8").replaceAll(THREAD_URL, (_, name: string) => urlOf(name)),
        loader: "ts",
      }));
    },
  };
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
