import { Command } from "commander";
import { closestName, didYouMean } from "../commands/find-command.ts";
import { settingGroups } from "../config/settings.ts";
import { addAdmin } from "./admin/program.ts";
import { currentBuild, describeBuild } from "./build.ts";
import { checkConfig } from "./check-config.ts";
import { reportUsage, UsageError } from "./exit.ts";
import { configOption, toOption } from "./options.ts";

/** Returns the command line, which throws a `CommanderError`, a `UsageError` or a `Failure`. */
export function createProgram(): Command {
  const build = currentBuild();
  const { version } = build;
  const program = new Command("chatd")
    .description("A chat server for telnet and nc that keeps everything said on it.")
    .version(describeBuild(build), "--version", "show version, commit and Node")
    .addHelpText("after", "\nAll settings: chatd serve --help")
    .configureOutput({ outputError: reportUsage })
    .exitOverride()
    .enablePositionalOptions();
  const serving = program.command("serve", { isDefault: true }).description("run the chat server").exitOverride();
  addSettings(serving)
    // Whatever is no command comes here, too.
    .allowExcessArguments()
    .action(async (flags: Record<string, unknown>) => {
      refuseArguments(program, serving);
      // The server's code takes longer to load than all else that the other commands do.
      const { serve } = await import("./serve.ts");
      await serve(flags, version);
    });
  const checking = program.command("check-config").description("check the settings and list every problem");
  addSettings(checking.exitOverride())
    .option("--example", "print a file with every setting and its default instead")
    .action((flags: Record<string, unknown>) => checkConfig(flags));
  const migrating = program.command("migrate").description("create or upgrade the database").exitOverride();
  addSettings(migrating).action(async (flags: Record<string, unknown>) => {
    const { migrate } = await import("./migrate.ts");
    await migrate(flags, version);
  });
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

/** `chatd srve` runs the default command with an argument, which is a command that was mistyped. */
function refuseArguments(program: Command, serving: Command): void {
  const [argument] = serving.args;
  if (argument === undefined) return;
  if (program.args[0] === serving.name())
    throw new UsageError([`serve takes no argument, but there is '${argument}'.`]);
  const commands = program.commands.map((command) => command.name());
  const meant = didYouMean(closestName(commands, argument));
  throw new UsageError([`there is no command '${argument}'.${meant || " chatd --help lists the commands."}`]);
}
