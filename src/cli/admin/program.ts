import { resolve } from "node:path";
import { Argument, type Command, Option } from "commander";
import { settings } from "../../config/settings.ts";
import type { BanView, StatsView, UserView } from "../../http/admin/views.ts";
import { LOG_LEVELS } from "../../ports/telemetry.ts";
import { configOption, toOption } from "../options.ts";
import { AdminError } from "./client.ts";
import { AdminShell } from "./shell.ts";
import { addApplication } from "./application.ts";
import { addRoom, addRoomList } from "./room.ts";
import { bansTable, statsTable, timeInUtc, usersTable } from "./tables.ts";

interface Reason {
  readonly reason: string;
}

/** What the server says while it writes a backup. */
interface BackupLine {
  readonly done?: number;
  readonly path?: string;
  readonly error?: string;
}

/** Adds `chatd admin …`: what the operator sees and does, through the socket of the running server. */
export function addAdmin(program: Command): void {
  const admin = program
    .command("admin")
    .description("inspect and control the running server")
    .exitOverride()
    // The options may stand before or after the command.
    .enablePositionalOptions(false)
    .configureHelp({ showGlobalOptions: true })
    // With --json, errors go to stderr as JSON, and nothing else does.
    .configureOutput({
      writeErr: (text) => {
        if (!shell.isJson) process.stderr.write(text);
      },
    })
    .addOption(configOption())
    .addOption(toOption("dataDir", settings.dataDir))
    .addOption(toOption("adminSocket", settings.adminSocket))
    .option("--json", "print JSON, errors too, for programs");
  const shell = new AdminShell(admin);

  admin
    .command("users")
    .description("list who is online or away, from where, since when, and what waits to be written to them")
    .action(async () => shell.show(await shell.client().get<UserView[]>("/users"), usersTable));
  addRoom(admin, shell);
  addApplication(admin, shell);
  addRoomList(admin.command("rooms"), shell).description("the same as room list");
  admin
    .command("stats")
    .description("show the state of the server, in numbers")
    .action(async () => shell.show(await shell.client().get<StatsView>("/stats"), statsTable));
  admin
    .command("kick <NAME>")
    .description("disconnect somebody, who may come back")
    .addOption(reasonOption())
    .action(async (name: string, { reason }: Reason) =>
      shell.show(await shell.client().post<{ name: string; wasAway: boolean }>("/kick", { name, reason }), (it) =>
        it.wasAway ? `${it.name} was away, and has no session to come back to.` : `${it.name} was disconnected.`,
      ),
    );
  admin
    .command("ban <SUBJECT> [TIME]")
    .description(
      "ban an address (IPv6: its /64), a range such as 10.0.0.0/8, or a name: for 10m, 12h, 7d or until unban",
    )
    .addOption(reasonOption())
    .action(async (subject: string, duration: string | undefined, { reason }: Reason) => {
      const banned = await shell.client().post<BanView & { closed: number; ended: number }>("/ban", {
        subject,
        duration: duration ?? null,
        reason,
      });
      shell.show(
        banned,
        (it) =>
          `${it.subject} is banned ${it.until ? `until ${timeInUtc(it.until)}` : "until unban"}; ${closed(it.closed)}${ended(it.ended)}`,
      );
    });
  admin
    .command("bans")
    .description("list who is banned")
    .action(async () => shell.show(await shell.client().get<BanView[]>("/bans"), bansTable));
  admin
    .command("unban <SUBJECT>")
    .description("lift a ban")
    .action(async (subject: string) =>
      shell.show(
        await shell.client().post<{ subject: string }>("/unban", { subject }),
        (it) => `${it.subject} may come back.`,
      ),
    );
  admin
    .command("broadcast <TEXT...>")
    .description("send a line to everybody")
    .action(async (text: readonly string[]) =>
      shell.show(await shell.client().post<{ sessions: number }>("/broadcast", { text: text.join(" ") }), (it) =>
        it.sessions === 1 ? "Sent to 1 person." : `Sent to ${it.sessions} people.`,
      ),
    );
  admin
    .command("drain")
    .description("stop admitting people, and close all connections over the time that --drain gave the server")
    .action(async () =>
      shell.show(
        await shell.client().post<{ connections: number; overMs: number }>("/drain", {}),
        (it) =>
          `Draining: nobody is let in, /readyz says 503, and ${it.connections} connections are closed over ` +
          `${it.overMs / 1000} s. The server runs until it is stopped.`,
      ),
    );
  admin
    .command("log-level")
    .description("set how much is logged, until the server starts or reads its settings again")
    .addArgument(new Argument("<LEVEL>", "the least that is logged").choices(LOG_LEVELS))
    .action(async (level: string) =>
      shell.show(
        await shell.client().post<{ level: string }>("/log-level", { level }),
        (it) => `Log level: ${it.level}.`,
      ),
    );
  admin
    .command("backup <FILE>")
    .description("write everything that is stored into a new file and check it, while the server goes on")
    .action((file: string) => backup(shell, resolve(file)));
}

/** Returns a sentence with a space before it; empty: nobody who was away is banned. */
function ended(people: number): string {
  if (people === 0) return "";
  return people === 1
    ? " 1 person who was away has no session left."
    : ` ${people} people who were away have no session left.`;
}

/** @param connections those of the node that answers; other nodes close theirs when they hear of the ban */
function closed(connections: number): string {
  if (connections === 0) return "no connection was closed here.";
  return connections === 1 ? "1 connection was closed here." : `${connections} connections were closed here.`;
}

function reasonOption(): Option {
  return new Option("--reason <TEXT>", "what they are told").default("", "none");
}

async function backup(shell: AdminShell, path: string): Promise<void> {
  let isWritten = false;
  for await (const line of shell.client().watch<BackupLine>("/backup", { path })) {
    if (line.error !== undefined) throw new AdminError("not-backed-up", line.error);
    isWritten ||= line.path !== undefined;
    if (shell.isJson) process.stdout.write(`${JSON.stringify(line)}\n`);
    else if (line.path !== undefined) process.stdout.write(`Backup written to ${line.path} and checked.\n`);
    else if (line.done !== undefined) showProgress(line.done);
  }
  if (!isWritten) throw new AdminError("not-backed-up", `back up to ${path}: the server ended before it was written.`);
}

/** Shows the progress on a terminal, in one line that changes. A log gets only the end. */
function showProgress(done: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r${Math.round(done * 100)} %${done === 1 ? "\n" : ""}`);
}
