import { edit } from "../chat/operations/edit.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, messageNumber } from "./lookups.ts";

const USAGE = "/edit NUMBER TEXT";

export const editCommand: Command = {
  name: "edit",
  aliases: [],
  usage: USAGE,
  help: "change what you said; /history shows the numbers",
  access: "in-a-room",
  args: { min: 2, max: 2, rest: true },
  async run({ context, session, reply }, [number = "", text = ""]) {
    const room = currentRoom(session);
    const seq = messageNumber(number, USAGE);
    await edit(context, session, room, seq, text);
    reply(texts.youChanged(seq, room.name.shown, text));
  },
};
