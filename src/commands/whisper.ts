import { whisper as whisperTo } from "../chat/operations/whisper.ts";
import type { Command } from "./command.ts";
import { findUser } from "./lookups.ts";

export const whisper: Command = {
  name: "whisper",
  aliases: ["msg", "w"],
  usage: "/whisper USER TEXT",
  help: "says something to one person alone; it is not kept",
  access: "anyone",
  args: { min: 2, max: 2, rest: true },
  async run({ context, session }, [name = "", text = ""]) {
    await whisperTo(context, session, findUser(context, name), text);
  },
};
