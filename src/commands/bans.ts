import { listBans } from "../chat/operations/list-bans.ts";
import { renderBans } from "../formats/text/text-format.ts";
import type { Command } from "./command.ts";
import { currentRoom, findRoom } from "./lookups.ts";

export const bans: Command = {
  name: "bans",
  aliases: [],
  usage: "/bans [ROOM]",
  help: "list who is banned, by whom, until when and why",
  access: "anyone",
  args: { min: 0, max: 1 },
  async run({ context, session, reply }, [roomName]) {
    const room = roomName === undefined ? currentRoom(session) : await findRoom(context, session, roomName, "see");
    reply(renderBans(listBans(context, session, room), room.name.shown, context.clock.micros()));
  },
};
