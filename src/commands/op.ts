import { makeOperator } from "../chat/operations/make-operator.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, findMember } from "./lookups.ts";

export const op: Command = {
  name: "op",
  aliases: [],
  usage: "/op USER",
  help: "let somebody else kick and ban here, too",
  access: "in-a-room",
  args: { min: 1, max: 1 },
  async run({ context, session, reply }, [name = ""]) {
    const room = currentRoom(session);
    const user = findMember(context, room, name);
    await makeOperator(context, session, room, user);
    reply(texts.youMadeOperator(user.name.shown, room.name.shown));
  },
};
