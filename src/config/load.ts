import { readFileSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import { faultOf } from "./file-faults.ts";
import { fromEnvironment, fromFile, fromFlags, type Resolved, resolveConfig, type Source } from "./resolve.ts";

/** Reads the configuration: flags before the environment, before the file, before the defaults. */
export function loadConfig(flags: Readonly<Record<string, unknown>>): Resolved {
  const environment = fromEnvironment(process.env);
  const file = readFile(flags["config"], process.env["CHATD_CONFIG"]);
  return resolveConfig([fromFlags(flags), environment.source, file.source], {
    problems: file.problems,
    warnings: environment.warnings,
  });
}

function readFile(flag: unknown, variable: string | undefined): { source: Source; problems: string[] } {
  const nothing: Source = new Map();
  const path = flag ?? variable;
  if (typeof path !== "string") return { source: nothing, problems: [] };
  try {
    return fromFile(path, parse(readFileSync(path, "utf8")));
  } catch (error) {
    if (error instanceof TomlError) {
      return { source: nothing, problems: [`${path}: line ${error.line}: ${error.message.split("\n")[0]}`] };
    }
    const place = flag === undefined ? `CHATD_CONFIG=${JSON.stringify(path)}` : `--config ${path}`;
    return { source: nothing, problems: [`${place}: ${faultOf(error, path)}`] };
  }
}
