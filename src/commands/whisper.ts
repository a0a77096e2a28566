import type { Session } from "../chat/session.ts";
import { renderWhisper } from "../protocol/render.ts";
import type { Command } from "./command.ts";
import { findUser } from "./find.ts";

export const whisper: Command = {
  name: "whisper",
  aliases: ["msg", "w"],
  usage: "/whisper USER TEXT",
  help: "says something to one person alone; it is not kept",
  access: "anyone",
  args: { min: 2, max: 2, rest: true },
  run(chat, session, [name = "", text = ""]) {
    whisperTo(session, findUser(chat, name), text);
  },
};

export function whisperTo(from: Session, to: Session, text: string): void {
  to.lastWhisperer = { session: from.id, name: from.name.shown };
  to.reply(renderWhisper(from.name.shown, text));
}
