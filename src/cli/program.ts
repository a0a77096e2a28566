import { Command } from "commander";
import { closestName, didYouMean } from "../commands/find-command.ts";
import { settingGroups } from "../config/settings.ts";
import { addAdmin } from "./admin/program.ts";
import { currentBuild, describeBuild } from "./build.ts";
import { checkConfig } from "./check-config.ts";
import { reportUsage, UsageError } from "./exit.ts";
import type { ListenOptions } from "./listen.ts";
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
  program
    .command("listen")
    .description("print the events of accounts as they come, one JSON object a line")
    .exitOverride()
    .option("-i, --host <HOST>", "address of the server (default: 127.0.0.1)")
    .option("-p, --port <PORT>", "its HTTP port (default: 8081)")
    .option("-a, --account <ACCOUNT>", "print the events of this account alone")
    .action(async (flags: ListenFlags) => {
      const options = listenOptions(flags);
      const { listen } = await import("./listen.ts");
      await listen(options);
    });
  addAdmin(program);
  return program;
}

interface ListenFlags {
  readonly host?: string;
  readonly port?: string;
  readonly account?: string;
}

function listenOptions({ host = "127.0.0.1", port = "8081", account }: ListenFlags): ListenOptions {
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) {
    throw new UsageError([`--port ${port}: a port is a number from 1 to 65535.`]);
  }
  // A key is never an argument: everybody on the machine could read it.
  return { host, port: Number(port), account: account ?? null, key: process.env["CHATD_API_KEY"] ?? null };
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
