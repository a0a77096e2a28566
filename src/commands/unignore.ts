import { unignore as unignoreUser } from "../chat/operations/unignore.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { userNameIn } from "./lookups.ts";

export const unignore: Command = {
  name: "unignore",
  aliases: [],
  usage: "/unignore USER",
  help: "show again what somebody says",
  access: "anyone",
  args: { min: 1, max: 1 },
  users: (_context, { ignored }) => [...ignored.values()].map(({ shown }) => shown),
  run({ context, session, reply }, [text = ""]) {
    const { shown } = unignoreUser(context, session, userNameIn(text));
    reply(texts.youIgnoreNoMore(shown));
  },
};
