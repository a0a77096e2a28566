import { resolve } from "node:path";
import { Argument, type Command, Option } from "commander";
import { loadConfig } from "../../config/load.ts";
import { adminSocketOf } from "../../config/settings-of.ts";
import { settings } from "../../config/settings.ts";
import { type BanView, LOG_LEVELS, type RoomView, type StatsView, type UserView } from "../../http/admin/views.ts";
import { UsageError } from "../exit.ts";
import { configOption, toOption } from "../options.ts";
import { AdminClient, AdminError } from "./client.ts";
import { bansTable, roomsTable, statsTable, usersTable } from "./tables.ts";

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
    .description("see and steer the running server")
    .exitOverride()
    .addOption(configOption())
    .addOption(toOption("dataDir", settings.dataDir))
    .addOption(toOption("adminSocket", settings.adminSocket))
    .option("--json", "print JSON, for programs");
  const client = (): AdminClient => new AdminClient(socketOf(admin.opts()));
  const show = <T>(what: T, text: (what: T) => string): void => {
    const isJson = admin.opts()["json"] === true;
    process.stdout.write(`${isJson ? JSON.stringify(what, null, 2) : text(what)}\n`);
  };

  admin
    .command("users")
    .description("who is online, from where, since when, and what waits to be written to them")
    .action(async () => show(await client().get<UserView[]>("/users"), usersTable));
  admin
    .command("rooms")
    .description("every room, private ones too")
    .action(async () => show(await client().get<RoomView[]>("/rooms"), roomsTable));
  admin
    .command("stats")
    .description("state of the server, in numbers")
    .action(async () => show(await client().get<StatsView>("/stats"), statsTable));
  admin
    .command("kick <NAME>")
    .description("close somebody's connection; they may come back")
    .addOption(reasonOption())
    .action(async (name: string, { reason }: Reason) =>
      show(await client().post<{ name: string }>("/kick", { name, reason }), (it) => `${it.name} was sent away.`),
    );
  admin
    .command("ban <SUBJECT> [TIME]")
    .description(
      "keep out an address (IPv6: its /64), a range such as 10.0.0.0/8, or a name: for 10m, 12h, 7d or until unban",
    )
    .addOption(reasonOption())
    .action(async (subject: string, duration: string | undefined, { reason }: Reason) => {
      const banned = await client().post<BanView & { closed: number }>("/ban", {
        subject,
        duration: duration ?? null,
        reason,
      });
      show(
        banned,
        (it) => `${it.subject} is banned ${it.until ? `until ${it.until}` : "until unban"}; ${closed(it.closed)}`,
      );
    });
  admin
    .command("bans")
    .description("who is banned")
    .action(async () => show(await client().get<BanView[]>("/bans"), bansTable));
  admin
    .command("unban <SUBJECT>")
    .description("lift a ban")
    .action(async (subject: string) =>
      show(await client().post<{ subject: string }>("/unban", { subject }), (it) => `${it.subject} may come back.`),
    );
  admin
    .command("broadcast <TEXT...>")
    .description("tell everybody something")
    .action(async (text: readonly string[]) =>
      show(await client().post<{ sessions: number }>("/broadcast", { text: text.join(" ") }), (it) =>
        it.sessions === 1 ? "1 session was told." : `${it.sessions} sessions were told.`,
      ),
    );
  admin
    .command("drain")
    .description("let nobody in any more, and close every connection over the time that --drain gave the server")
    .action(async () =>
      show(
        await client().post<{ connections: number; overMs: number }>("/drain", {}),
        (it) =>
          `Draining: nobody is let in, /readyz says 503, and ${it.connections} connections are closed over ` +
          `${it.overMs / 1000} s. The server runs until it is stopped.`,
      ),
    );
  admin
    .command("log-level")
    .description("how much is logged, until the server starts or reads its settings again")
    .addArgument(new Argument("<LEVEL>", "the least that is logged").choices(LOG_LEVELS))
    .action(async (level: string) =>
      show(await client().post<{ level: string }>("/log-level", { level }), (it) => `The log's level is ${it.level}.`),
    );
  admin
    .command("backup <FILE>")
    .description("write all that is stored into a new file, checked, while the server goes on")
    .action(async (file: string) => backup(client(), resolve(file), admin.opts()["json"] === true));
}

function closed(connections: number): string {
  return connections === 1 ? "1 connection is closed." : `${connections} connections are closed.`;
}

function reasonOption(): Option {
  return new Option("--reason <TEXT>", "what they are told").default("", "none");
}

async function backup(client: AdminClient, path: string, isJson: boolean): Promise<void> {
  let isWritten = false;
  for await (const line of client.watch<BackupLine>("/backup", { path })) {
    if (line.error !== undefined) throw new AdminError(line.error);
    isWritten ||= line.path !== undefined;
    if (isJson) process.stdout.write(`${JSON.stringify(line)}\n`);
    else if (line.path !== undefined) process.stdout.write(`${line.path} is written and checked.\n`);
    else if (line.done !== undefined) showProgress(line.done);
  }
  if (!isWritten) throw new AdminError(`back up to ${path}: the server ended before it was written.`);
}

/** Shows the progress on a terminal, in one line that changes. A log gets only the end. */
function showProgress(done: number): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\r${Math.round(done * 100)} %${done === 1 ? "\n" : ""}`);
}

function socketOf(flags: Readonly<Record<string, unknown>>): string {
  const resolved = loadConfig(flags);
  if ("problems" in resolved) throw new UsageError(resolved.problems);
  const path = adminSocketOf(resolved.config);
  if (path === null) throw new UsageError(["admin-socket: it is off. Name the running server's with --admin-socket."]);
  return path;
}
