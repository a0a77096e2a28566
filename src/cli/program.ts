import { Command } from "commander";
import { settingGroups } from "../config/settings.ts";
import { addAdmin } from "./admin/program.ts";
import { currentBuild, describeBuild } from "./build.ts";
import { checkConfig } from "./check-config.ts";
import { migrate } from "./migrate.ts";
import { configOption, toOption } from "./options.ts";
import { serve } from "./serve.ts";

/** Returns the command line, which throws a `CommanderError` or a `UsageError` for wrong usage. */
export function createProgram(): Command {
  const build = currentBuild();
  const { version } = build;
  const program = new Command("chatd")
    .description("A chat server for telnet and nc that keeps everything said on it.")
    .version(describeBuild(build), "--version", "show version, commit and Node")
    .addHelpText("after", "\nAll settings: chatd serve --help")
    .exitOverride()
    .enablePositionalOptions();
  const serving = program.command("serve", { isDefault: true }).description("run the chat server").exitOverride();
  addSettings(serving).action((flags: Record<string, unknown>) => serve(flags, version));
  const checking = program
    .command("check-config")
    .description("check the settings and list every problem")
    .exitOverride();
  addSettings(checking).action((flags: Record<string, unknown>) => checkConfig(flags));
  const migrating = program.command("migrate").description("create or upgrade the database").exitOverride();
  addSettings(migrating).action((flags: Record<string, unknown>) => migrate(flags, version));
  addAdmin(program);
  return program;
}

/** Adds the settings as options, in groups. */
function addSettings(command: Command): Command {
  command.addOption(configOption());
  for (const { heading, entries } of settingGroups) {
    for (const [name, setting] of entries) command.addOption(toOption(name, setting).helpGroup(`${heading}:`));
  }
  return command;
}
