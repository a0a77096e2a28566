import { createRoom } from "../chat/creation.ts";
import { texts } from "../protocol/texts.ts";
import type { Command } from "./command.ts";
import { newRoomName } from "./find.ts";

export const createPrivate: Command = {
  name: "create_private",
  aliases: [],
  usage: "/create_private ROOM",
  help: "makes a room that only those see whom you invite",
  access: "anyone",
  args: { min: 1, max: 1 },
  async run(chat, session, [name = ""]) {
    const room = await createRoom(chat, session, newRoomName(name), true);
    session.reply(texts.roomCreated(room.name.shown));
  },
};
