import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { findRoom } from "./lookups.ts";

const NAMES_SHOWN = 100;

export const users: Command = {
  name: "users",
  aliases: ["who", "names"],
  usage: "/users [ROOM]",
  help: "list who is online, or who is in ROOM",
  access: "anyone",
  args: { min: 0, max: 1 },
  async run({ context, session, reply }, [roomName]) {
    if (roomName === undefined) {
      const { first, count } = context.presence.names(NAMES_SHOWN);
      reply(texts.onlineUsers(first.join(", "), count, count - first.length));
      return;
    }
    const room = await findRoom(context, session, roomName, "see");
    const { first, count } = context.presence.namesIn(room.id, NAMES_SHOWN);
    const { shown } = room.name;
    reply(count === 0 ? texts.nobodyIn(shown) : texts.usersIn(shown, first.join(", "), count, count - first.length));
  },
};
