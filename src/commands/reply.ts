import { Refusal } from "../domain/refusals.ts";
import type { Command } from "./command.ts";
import { findUser } from "./lookups.ts";
import { whisperTo } from "./whisper.ts";

export const reply: Command = {
  name: "reply",
  aliases: ["r"],
  usage: "/reply TEXT",
  help: "whispers back to who whispered to you last",
  access: "anyone",
  args: { min: 1, max: 1, rest: true },
  async run(chat, session, [text = ""]) {
    const last = session.lastWhisperer;
    if (!last) throw new Refusal("nobody-to-reply");
    const user = findUser(chat, last.name);
    // The name may be somebody else's by now: a reply is for the one who whispered.
    if (user.id !== last.session) throw new Refusal("no-such-user");
    await whisperTo(chat, session, user, text);
  },
};
