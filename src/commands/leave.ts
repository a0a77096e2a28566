import { Refusal } from "../domain/refusals.ts";
import { leave as leaveRoom } from "../chat/rooms/membership.ts";
import type { Command } from "./command.ts";
import { currentRoom, findRoom } from "./lookups.ts";

export const leave: Command = {
  name: "leave",
  aliases: ["part"],
  usage: "/leave [ROOM]",
  help: "leaves the room you talk in, or another one",
  access: "in-a-room",
  args: { min: 0, max: 1 },
  async run(chat, session, [name]) {
    const room = name === undefined ? currentRoom(session) : await findRoom(chat, session, name, "see");
    if (!room.members.has(session)) throw new Refusal("not-in-room");
    leaveRoom(chat, session, room);
  },
};
