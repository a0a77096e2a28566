import { readFileSync } from "node:fs";

/** What runs. */
export interface Build {
  /** Of the package, such as `0.1.0`. */
  readonly version: string;
  /** The commit that it was made of; null: it runs from its source. */
  readonly commit: string | null;
}

/** Put in by the bundler (`deploy/bundle.ts`); from the source there is no such name. */
declare const CHATD_BUILD: Build | undefined;

export function currentBuild(): Build {
  return typeof CHATD_BUILD === "undefined" ? { version: versionOfSource(), commit: null } : CHATD_BUILD;
}

/** What `--version` shows: version, commit and Node, which are what a report of a failure has to tell. */
export function describeBuild({ version, commit }: Build): string {
  return `chatd ${version} (${commit === null ? "from source" : `commit ${commit}`}, Node ${process.version})`;
}

function versionOfSource(): string {
  // The package's own description is well-formed.
  const description = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return description.version;
}
