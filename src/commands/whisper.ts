import { whisper as whisperTo } from "../chat/operations/whisper.ts";
import type { Command } from "./command.ts";
import { findUser } from "./lookups.ts";

export const whisper: Command = {
  name: "whisper",
  aliases: ["msg", "w"],
  usage: "/whisper USER TEXT",
  help: "say something to one person; it is not stored",
  access: "anyone",
  args: { min: 2, max: 2, rest: true },
  async run({ context, session }, [name = "", text = ""]) {
    await whisperTo(context, session, findUser(context, name), text);
  },
};
