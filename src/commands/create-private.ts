import { createRoom } from "../chat/operations/create-room.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { newRoomName } from "./lookups.ts";

export const createPrivate: Command = {
  name: "create_private",
  aliases: ["create-private", "private"],
  usage: "/create_private ROOM",
  help: "make a room that only people you invite can see",
  access: "anyone",
  args: { min: 1, max: 1, rest: true },
  async run({ context, session, reply }, [name = ""]) {
    const room = await createRoom(context, session, newRoomName(name, "create_private", session.application), true);
    reply(texts.roomCreated(room.name.shown));
  },
};
