import { unmakeOperator } from "../chat/operations/unmake-operator.ts";
import { Refusal } from "../domain/refusals.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, knownUser } from "./lookups.ts";

export const deop: Command = {
  name: "deop",
  aliases: [],
  usage: "/deop USER",
  help: "take back what /op gave somebody",
  access: "in-a-room",
  args: { min: 1, max: 1 },
  async run({ context, session, reply }, [name = ""]) {
    const room = currentRoom(session);
    const user = knownUser(context, name);
    if (!user) throw new Refusal("no-such-user");
    await unmakeOperator(context, session, room, user);
    reply(texts.youUnmadeOperator(user.name.shown, room.name.shown));
  },
};
