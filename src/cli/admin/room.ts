import { type Command, InvalidArgumentError } from "commander";
import {
  MAX_MESSAGES_SHOWN,
  MAX_ROOMS_SHOWN,
  type MessageView,
  type RoomDetailsView,
  type RoomsView,
} from "../../http/admin/room-views.ts";
import { UsageError } from "../exit.ts";
import { AdminError } from "./client.ts";
import { confirm } from "./confirm.ts";
import type { AdminShell } from "./shell.ts";
import { roomDetails, roomsTable, type ShownRoom } from "./room-tables.ts";

/** Adds `chatd admin room …`: what the operator sees of rooms, private ones too, and does to them. */
export function addRoom(admin: Command, shell: AdminShell): void {
  const room = admin.command("room").description("list, show and change rooms, private ones too");
  addRoomList(room.command("list"), shell).description("list rooms: those with the most people first, then by name");
  room
    .command("show <ROOM>")
    .description("show who is in a room, its owner, operators, bans and topic")
    .option("--history <LINES>", `show its last lines, too: up to ${MAX_MESSAGES_SHOWN}`, upTo(MAX_MESSAGES_SHOWN))
    .action(async (name: string, { history }: { history?: number }) => {
      const client = shell.client();
      const shown = await client.get<RoomDetailsView>(pathOf(name));
      const messages =
        history === undefined
          ? {}
          : { history: await client.post<MessageView[]>(pathOf(name, "history"), { messages: history }) };
      shell.show<ShownRoom>({ ...shown, ...messages }, roomDetails);
    });
  room
    .command("say <ROOM> <TEXT...>")
    .description("say something in a room, as operator")
    .action(async (name: string, text: readonly string[]) => {
      const path = pathOf(name, "say");
      shell.show(
        await shell.client().post<{ name: string }>(path, { text: text.join(" ") }),
        (it) => `Said in ${it.name}.`,
      );
    });
  room
    .command("topic <ROOM> <TEXT...>")
    .description("set what a room is about; - removes it")
    .action(async (name: string, text: readonly string[]) => {
      const path = pathOf(name, "topic");
      shell.show(await shell.client().post<{ name: string; topic: string }>(path, { text: text.join(" ") }), (it) =>
        it.topic === "" ? `Topic of ${it.name} removed.` : `Topic of ${it.name}: ${it.topic}`,
      );
    });
  room
    .command("transfer <ROOM> <NAME>")
    .description("make somebody in a room its owner")
    .action(async (name: string, owner: string) => {
      const path = pathOf(name, "owner");
      shell.show(
        await shell.client().post<{ name: string; owner: string }>(path, { name: owner }),
        (it) => `${it.owner} now owns ${it.name}.`,
      );
    });
  room
    .command("unban <ROOM> <NAME>")
    .description("lift a ban that holds in a room")
    .action(async (name: string, banned: string) => {
      const path = pathOf(name, "unban");
      shell.show(
        await shell.client().post<{ name: string; unbanned: string }>(path, { name: banned }),
        (it) => `${it.unbanned} may join ${it.name} again.`,
      );
    });
  room
    .command("end <ROOM>")
    .description("end a room for good: nobody can read it any more")
    .option("--yes", "do not ask")
    .action(async (name: string, { yes }: { yes?: true }) => {
      if (!yes) await mustAgree(await shell.client().get<RoomDetailsView>(pathOf(name)));
      shell.show(
        await shell.client().post<{ name: string }>(pathOf(name, "end"), {}),
        (it) => `Room ${it.name} has ended.`,
      );
    });
}

/** Makes a command list the rooms. */
export function addRoomList(command: Command, shell: AdminShell): Command {
  return command
    .option("--limit <ROOMS>", `show more rooms than 100, or fewer: up to ${MAX_ROOMS_SHOWN}`, upTo(MAX_ROOMS_SHOWN))
    .action(async ({ limit }: { limit?: number }) => {
      const path = limit === undefined ? "/rooms" : `/rooms?limit=${limit}`;
      shell.show(await shell.client().get<RoomsView>(path), roomsTable);
    });
}

/** Rejects with an `AdminError` unless the person at the terminal agrees; without a terminal with a `UsageError`. */
async function mustAgree({ name, members, away, messages }: RoomDetailsView): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UsageError(["room end: there is no terminal to ask you at. Add --yes."]);
  const question = `End room ${name} for good? People: ${members}. Away: ${away}. Messages: ${messages}.`;
  if (!(await confirm(question))) throw new AdminError("not-confirmed", `room ${name} was not ended.`);
}

function pathOf(room: string, what: string | null = null): string {
  return `/rooms/${encodeURIComponent(room)}${what === null ? "" : `/${what}`}`;
}

function upTo(max: number): (text: string) => number {
  return (text) => {
    const count = /^\d+$/.test(text) ? Number(text) : 0;
    if (count < 1 || count > max) throw new InvalidArgumentError(`Write a number from 1 to ${max}.`);
    return count;
  };
}
