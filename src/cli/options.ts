import { Option } from "commander";
import { flagName, type Setting } from "../config/setting.ts";

/** Returns the command line option of a setting. */
export function toOption(name: string, setting: Setting): Option {
  if (setting.isFlag) return new Option(`--${flagName(name)}`, setting.help);
  const shownDefault = typeof setting.default === "string" ? ` (default: ${setting.default})` : "";
  const option = new Option(`--${flagName(name)} <${setting.placeholder}>`, setting.help + shownDefault);
  if (!setting.isList) return option;
  return option.argParser((text: string, previous: readonly string[] | undefined) => [...(previous ?? []), text]);
}

export function configOption(): Option {
  return new Option("--config <FILE>", "TOML file with settings; the flags' names are its keys");
}
