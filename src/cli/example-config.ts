import { flagName, type Setting } from "../config/setting.ts";
import { settingGroups } from "../config/settings.ts";

const HEAD = `# Settings of chatd, each with its default. To change one, take away the # before it, and start chatd with
# --config and this file. A flag (--max-line-bytes 4096) and a variable (CHATD_MAX_LINE_BYTES=4096) win over the file.
# Times are 200ms, 30s, 5m, 12h or 90d, sizes are bytes. Capital letters stand for a value that has no default.
# This file is what chatd check-config --example prints.`;
const MAX_COLUMNS = 110;

/** Returns a TOML file with every setting as a comment: what it does, its name, and its default. */
export function exampleConfig(): string {
  const groups = settingGroups.map(({ heading, entries }) =>
    [`# ---- ${heading} ----`, ...entries.map(([name, setting]) => exampleOf(flagName(name), setting))].join("\n\n"),
  );
  return `${[HEAD, ...groups].join("\n\n")}\n`;
}

function exampleOf(key: string, setting: Setting): string {
  return `# ${setting.help}\n${asComment(`${key} = ${valueOf(setting)}`)}`;
}

function valueOf({ default: value, isList, placeholder }: Setting): string {
  if (value === null) return isList ? `[${quoted(placeholder)}]` : literal(placeholder);
  return typeof value === "string" ? literal(value) : `[${value.map(quoted).join(", ")}]`;
}

/** A number, or on and off, is written as such. */
function literal(text: string): string {
  return /^(\d+|true|false|N|BYTES)$/.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A line that may be a long list, over as many lines as it takes. */
function asComment(line: string): string {
  if (line.length <= MAX_COLUMNS) return `#${line}`;
  const pattern = new RegExp(`.{1,${MAX_COLUMNS}}(?:(?<=[[,])\\s|$)`, "g");
  return Array.from(line.matchAll(pattern), ([part]) => `#${part.trim()}`).join("\n");
}
