import { leave as leaveRoom } from "../chat/operations/leave.ts";
import type { Command } from "./command.ts";
import { currentRoom, findRoom } from "./lookups.ts";

export const leave: Command = {
  name: "leave",
  aliases: ["part"],
  usage: "/leave [ROOM]",
  help: "leave the current room, or ROOM",
  access: "in-a-room",
  args: { min: 0, max: 1 },
  async run({ context, session }, [name]) {
    const room = name === undefined ? currentRoom(session) : await findRoom(context, session, name, "see");
    leaveRoom(context, session, room);
  },
};
