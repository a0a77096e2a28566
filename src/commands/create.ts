import { createRoom } from "../chat/operations/create-room.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { newRoomName } from "./lookups.ts";

export const create: Command = {
  name: "create",
  aliases: [],
  usage: "/create ROOM",
  help: "make a room that anybody may join",
  access: "anyone",
  args: { min: 1, max: 1, rest: true },
  async run({ context, session, reply }, [name = ""]) {
    const room = await createRoom(context, session, newRoomName(name, "create", session.application), false);
    reply(texts.roomCreated(room.name.shown));
  },
};
