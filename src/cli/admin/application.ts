import type { Command } from "commander";
import type { ApplicationView } from "../../http/admin/applications.ts";
import { UsageError } from "../exit.ts";
import { AdminError } from "./client.ts";
import { confirm } from "./confirm.ts";
import type { AdminShell } from "./shell.ts";
import { table } from "./tables.ts";

type Changed = Omit<ApplicationView, "chats">;

/** Adds `chatd admin application …`: namespaces of rooms for programs. */
export function addApplication(admin: Command, shell: AdminShell): void {
  const application = admin
    .command("application")
    .description("namespaces of rooms for programs: make, open and end them");
  application
    .command("list")
    .description("list the applications, with their tokens")
    .action(async () => shell.show(await shell.client().get<ApplicationView[]>("/applications"), applicationsTable));
  application
    .command("add <NAME...>")
    .description("make an application: its token opens its rooms to programs, and to people by /enter")
    .action(async (words: readonly string[]) => {
      const made = await shell.client().post<Changed>("/applications", { title: words.join(" ") });
      shell.show(made, ({ handle, token }) => `Application ${handle} made. Its token is ${token}`);
    });
  const change = (
    name: string,
    description: string,
    what: Readonly<Record<string, unknown>>,
    answer: (it: Changed) => string,
  ): void => {
    application
      .command(`${name} <APPLICATION>`)
      .description(description)
      .action(async (handle: string) => shell.show(await shell.client().post<Changed>(pathOf(handle), what), answer));
  };
  change("open", "let everybody into its rooms, without the token", { open: true }, (it) => `${it.handle} is open.`);
  change("close", "let in only whoever has the token", { open: false }, (it) => `${it.handle} is not open any more.`);
  change("activate", "let something be said in its rooms again", { active: true }, (it) => `${it.handle} is active.`);
  change(
    "deactivate",
    "let nothing be said in its rooms",
    { active: false },
    (it) => `${it.handle} is not active any more.`,
  );
  change(
    "token",
    "give it another token; the one before is void",
    { token: "new" },
    (it) => `The token of ${it.handle} is ${it.token}`,
  );
  application
    .command("remove <APPLICATION>")
    .description("end an application for good, with its rooms and all that was said in them")
    .option("--yes", "do not ask")
    .action(async (handle: string, { yes }: { yes?: true }) => {
      if (!yes) await mustAgree(shell, handle);
      const ended = await shell.client().post<{ handle: string }>(`${pathOf(handle)}/end`, {});
      shell.show(ended, (it) => `Application ${it.handle} has ended.`);
    });
}

/** Rejects with an `AdminError` unless the person at the terminal agrees; without a terminal with a `UsageError`. */
async function mustAgree(shell: AdminShell, name: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UsageError(["application remove: there is no terminal to ask you at. Add --yes."]);
  const all = await shell.client().get<ApplicationView[]>("/applications");
  const application = all.find(({ handle }) => handle.toLowerCase() === name.toLowerCase());
  // The server says that there is none.
  if (!application) return;
  const { handle, chats } = application;
  if (await confirm(`End application ${handle} for good, with all that was said in it? Rooms: ${chats}.`)) return;
  throw new AdminError("not-confirmed", `application ${handle} was not ended.`);
}

function applicationsTable(applications: readonly ApplicationView[]): string {
  return table(
    ["HANDLE", "CHATS", "ACTIVE", "OPEN", "TOKEN", "NAME"],
    applications.map(({ handle, chats, active, open, token, title }) => [
      handle,
      String(chats),
      active ? "yes" : "no",
      open ? "yes" : "no",
      token ?? "-",
      title,
    ]),
    "There are no applications.",
  );
}

function pathOf(handle: string): string {
  return `/applications/${encodeURIComponent(handle)}`;
}
