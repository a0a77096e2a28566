import { texts } from "../protocol/texts.ts";
import type { Command } from "./command.ts";
import { findRoom } from "./find.ts";

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
      const names = await chat.presence.names();
      const more = Math.max(0, names.length - NAMES_SHOWN);
      session.reply(texts.onlineUsers(names.slice(0, NAMES_SHOWN).join(", "), more));
      return;
    }
    const room = await findRoom(chat, session, roomName, "see");
    const names = [...room.members, ...chat.presence.peopleIn(room.id)]
      .map((member) => member.name)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const shown = names.slice(0, NAMES_SHOWN).map((name) => name.shown);
    session.reply(
      names.length === 0
        ? texts.nobodyIn(room.name.shown)
        : texts.usersIn(room.name.shown, shown.join(", "), names.length - shown.length),
    );
  },
};
