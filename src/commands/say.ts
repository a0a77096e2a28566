import { say as sayInRoom } from "../chat/operations/say.ts";
import type { Command } from "./command.ts";
import { findRoom } from "./lookups.ts";
import { notIn } from "./named-room.ts";

export const say: Command = {
  name: "say",
  aliases: [],
  usage: "/say ROOM TEXT",
  help: "say something in a room that you are in",
  access: "anyone",
  args: { min: 2, max: 2, rest: true },
  async run({ context, session }, [name = "", text = ""]) {
    const room = await findRoom(context, session, name, "see");
    if (!session.rooms.includes(room)) throw notIn(room);
    sayInRoom(context, session, room, text);
  },
};
