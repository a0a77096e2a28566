import { kinds } from "../domain/entry.ts";
import { Refusal } from "../domain/refusals.ts";
import { subjectBody } from "../domain/subject.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, findMember } from "./lookups.ts";

export const op: Command = {
  name: "op",
  aliases: [],
  usage: "/op USER",
  help: "makes somebody an operator, who keeps order too",
  access: "in-a-room",
  args: { min: 1, max: 1 },
  async run(chat, session, [name = ""]) {
    const room = currentRoom(session);
    const user = findMember(chat, room, name);
    const refusal = chat.refusalOf(session, "op", room, user.id);
    if (refusal) throw new Refusal(refusal);
    if (room.rights.operators.includes(user.id)) throw new Refusal("already-operator");
    const body = subjectBody(user);
    await chat.perform(room, { session, action: "op", kind: kinds.operator, body, subject: user.id });
    session.reply(texts.youMadeOperator(user.name.shown, room.name.shown));
  },
};
