import { unban as unbanInRoom } from "../chat/operations/unban.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, userNameIn } from "./lookups.ts";

export const unban: Command = {
  name: "unban",
  aliases: [],
  usage: "/unban USER",
  help: "lift a ban",
  access: "in-a-room",
  args: { min: 1, max: 1 },
  async run({ context, session, reply }, [text = ""]) {
    const room = currentRoom(session);
    const { name } = await unbanInRoom(context, session, room, userNameIn(text));
    reply(texts.youUnbanned(name, room.name.shown));
  },
};
