import { readFileSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import { fromEnvironment, fromFile, fromFlags, type Resolved, resolveConfig, type Source } from "./resolve.ts";

/** Reads the configuration: flags before the environment, before the file, before the defaults. */
export function loadConfig(flags: Readonly<Record<string, unknown>>): Resolved {
  const environment = fromEnvironment(process.env);
  const path = flags["config"] ?? process.env["CHATD_CONFIG"];
  const file = typeof path === "string" ? readFile(path) : { source: new Map() as Source, problems: [] };
  return resolveConfig([fromFlags(flags), environment.source, file.source], {
    problems: file.problems,
    warnings: environment.warnings,
  });
}

function readFile(path: string): { source: Source; problems: string[] } {
  try {
    return fromFile(path, parse(readFileSync(path, "utf8")));
  } catch (error) {
    const reason = error instanceof TomlError ? `line ${error.line}: ${error.message.split("\n")[0]}` : String(error);
    return { source: new Map(), problems: [`${path}: ${reason}`] };
  }
}
