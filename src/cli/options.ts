import { Option } from "commander";
import { flagName, type Setting } from "../config/setting.ts";

/** A setting as a flag. */
export function toOption(name: string, setting: Setting): Option {
  if (setting.isFlag) return new Option(`--${flagName(name)}`, setting.help);
  const shownDefault = typeof setting.default === "string" ? ` (default: ${setting.default})` : "";
  const option = new Option(`--${flagName(name)} <${setting.placeholder}>`, setting.help + shownDefault);
  if (!setting.isList) return option;
  return option.argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]);
}

export function configOption(): Option {
  return new Option("--config <FILE>", "TOML file with settings; the flags' names are its keys");
}
