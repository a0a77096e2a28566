import { ignore as ignoreUser } from "../chat/operations/ignore.ts";
import { Refusal } from "../domain/refusals.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { userNameIn } from "./lookups.ts";

export const ignore: Command = {
  name: "ignore",
  aliases: [],
  usage: "/ignore [USER]",
  help: "hide what somebody says, or list whom you ignore",
  access: "anyone",
  args: { min: 0, max: 1 },
  run({ context, session, reply }, [text]) {
    if (text === undefined) {
      const names = [...session.ignored.values()].map(({ shown }) => shown);
      return reply(names.length === 0 ? texts.nobodyIgnored : texts.ignored(names.join(", ")));
    }
    const typed = userNameIn(text);
    if (!typed) throw new Refusal("no-such-user");
    // Also somebody who is not online: they may come back.
    const user = context.presence.find(typed.key);
    const name = user?.name ?? typed;
    ignoreUser(context, session, name);
    reply(texts.youIgnore(name.shown));
    if (!user) reply(texts.nobodyHas(name.shown));
  },
};
