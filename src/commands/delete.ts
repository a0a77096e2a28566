import { remove } from "../chat/operations/remove.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, messageNumber } from "./lookups.ts";

const USAGE = "/delete NUMBER";

export const deleteCommand: Command = {
  name: "delete",
  aliases: [],
  usage: USAGE,
  help: "remove what you said; who keeps order, anything",
  access: "in-a-room",
  args: { min: 1, max: 1 },
  async run({ context, session, reply }, [number = ""]) {
    const room = currentRoom(session);
    const seq = messageNumber(number, USAGE);
    await remove(context, session, room, seq);
    reply(texts.youRemoved(seq, room.name.shown));
  },
};
