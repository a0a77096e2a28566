import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { flagName, type Setting, settingEntries } from "../config/settings.ts";
import { checkConfig } from "./check-config.ts";
import { serve } from "./serve.ts";

/** The command line: `chatd`, `chatd serve`, `chatd check-config`. Throws a `CommanderError` or `UsageError` for wrong usage. */
export function createProgram(): Command {
  const version = readVersion();
  const program = new Command("chatd")
    .description("A chat server for telnet and nc that keeps everything said on it.")
    .version(version, "--version", "show the version")
    .exitOverride()
    .enablePositionalOptions();
  // Plain `chatd` is `chatd serve`.
  const serving = program.command("serve", { isDefault: true }).description("run the chat server").exitOverride();
  addSettings(serving).action((flags: Record<string, unknown>) => serve(flags, version));
  const checking = program.command("check-config").description("say what is wrong with the settings").exitOverride();
  addSettings(checking).action((flags: Record<string, unknown>) => checkConfig(flags));
  return program;
}

function addSettings(command: Command): Command {
  command.addOption(new Option("--config <FILE>", "TOML file with settings; the flags' names are its keys"));
  for (const [name, setting] of settingEntries) command.addOption(toOption(name, setting));
  return command;
}

function toOption(name: string, setting: Setting): Option {
  const shownDefault = typeof setting.default === "string" ? ` (default: ${setting.default})` : "";
  const option = new Option(`--${flagName(name)} <${setting.placeholder}>`, setting.help + shownDefault);
  if (!setting.isList) return option;
  return option.argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]);
}

function readVersion(): string {
  // The package's own description is well-formed.
  const description = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    version: string;
  };
  return description.version;
}
