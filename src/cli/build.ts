import { readFileSync } from "node:fs";

/** The version of chatd that runs. */
export interface Build {
  /** Version of the package, such as `0.1.0`. */
  readonly version: string;
  /** The commit that it was built from; null: it runs from its source. */
  readonly commit: string | null;
}

/** Defined by the bundler (`deploy/bundle.ts`), and not defined when chatd runs from its source. */
declare const CHATD_BUILD: Build | undefined;

export function currentBuild(): Build {
  return typeof CHATD_BUILD === "undefined" ? { version: versionOfSource(), commit: null } : CHATD_BUILD;
}

/** Returns what `--version` shows: version, commit and Node, which a report of a failure needs. */
export function describeBuild({ version, commit }: Build): string {
  return `chatd ${version} (${commit === null ? "from source" : `commit ${commit}`}, Node ${process.version})`;
}

function versionOfSource(): string {
  // The package.json of chatd is well-formed.
  const description = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return description.version;
}
