import { kinds } from "../domain/entry.ts";
import { Refusal } from "../domain/refusals.ts";
import { subjectBody } from "../domain/subject.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, findUser } from "./lookups.ts";

export const deop: Command = {
  name: "deop",
  aliases: [],
  usage: "/deop USER",
  help: "makes an operator a usual member again",
  access: "in-a-room",
  args: { min: 1, max: 1 },
  async run(chat, session, [name = ""]) {
    const room = currentRoom(session);
    const user = findUser(chat, name);
    const refusal = chat.refusalOf(session, "deop", room, user.id);
    if (refusal) throw new Refusal(refusal);
    if (!room.rights.operators.includes(user.id)) throw new Refusal("no-operator");
    const body = subjectBody(user);
    await chat.perform(room, { session, action: "deop", kind: kinds.noOperator, body, subject: user.id });
    session.reply(texts.youUnmadeOperator(user.name.shown, room.name.shown));
  },
};
