import { undo } from "../chat/operations/undo.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";

export const undoCommand: Command = {
  name: "undo",
  aliases: [],
  usage: "/undo",
  help: "remove what you said last, within a minute",
  access: "in-a-room",
  args: { min: 0, max: 0 },
  async run({ context, session, reply }) {
    const { room, seq } = await undo(context, session);
    reply(texts.youRemoved(seq, room.name.shown));
  },
};
