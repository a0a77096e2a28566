import { whisper } from "../chat/operations/whisper.ts";
import { Refusal } from "../domain/refusals.ts";
import type { Command } from "./command.ts";

export const reply: Command = {
  name: "reply",
  aliases: ["r"],
  usage: "/reply TEXT",
  help: "answer the last person who whispered to you",
  access: "anyone",
  args: { min: 1, max: 1, rest: true },
  async run({ context, session }, [text = ""]) {
    const last = session.lastWhisperer;
    if (!last) throw new Refusal("nobody-to-reply");
    const user = context.presence.find(last.name.key);
    // The name may be somebody else's by now: a reply is for the one who whispered.
    if (user?.id !== last.id) throw new Refusal("no-such-user");
    await whisper(context, session, user, text);
  },
};
