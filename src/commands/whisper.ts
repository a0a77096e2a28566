import type { Chat } from "../chat/chat.ts";
import { Refusal } from "../domain/refusals.ts";
import type { Person } from "../ports/presence.ts";
import type { Session } from "../chat/sessions/session.ts";
import type { Command } from "./command.ts";
import { findUser } from "./lookups.ts";

export const whisper: Command = {
  name: "whisper",
  aliases: ["msg", "w"],
  usage: "/whisper USER TEXT",
  help: "says something to one person alone; it is not kept",
  access: "anyone",
  args: { min: 2, max: 2, rest: true },
  async run(chat, session, [name = "", text = ""]) {
    await whisperTo(chat, session, findUser(chat, name), text);
  },
};

/** Resolves when it has arrived; rejects with a `ChatError`. */
export async function whisperTo(chat: Chat, from: Session, to: Session | Person, text: string): Promise<void> {
  // Their names may be somebody else's by now.
  if (chat.isIsolated) throw new Refusal("cut-off");
  if (from.standing !== "held") throw new Refusal("name-in-doubt");
  await chat.directMessages.send(from, to, text);
}
