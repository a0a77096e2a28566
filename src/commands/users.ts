import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { findRoom } from "./lookups.ts";

const NAMES_SHOWN = 100;

export const users: Command = {
  name: "users",
  aliases: ["who"],
  usage: "/users [ROOM]",
  help: "shows who is online, or in a room",
  access: "anyone",
  args: { min: 0, max: 1 },
  async run(chat, session, [roomName]) {
    if (roomName === undefined) {
      const { first, count } = chat.presence.names(NAMES_SHOWN);
      session.reply(texts.onlineUsers(first.join(", "), count - first.length));
      return;
    }
    const room = await findRoom(chat, session, roomName, "see");
    const { first, count } = chat.listings.peopleIn(room, NAMES_SHOWN);
    const names = first.map(({ name }) => name.shown).join(", ");
    const { shown } = room.name;
    session.reply(count === 0 ? texts.nobodyIn(shown) : texts.usersIn(shown, names, count - first.length));
  },
};
