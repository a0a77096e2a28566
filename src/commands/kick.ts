import { kinds } from "../domain/entry.ts";
import { subjectBody } from "../domain/subject.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, findMember } from "./lookups.ts";

export const kick: Command = {
  name: "kick",
  aliases: [],
  usage: "/kick USER",
  help: "puts somebody out of the room",
  access: "in-a-room",
  args: { min: 1, max: 1 },
  async run(chat, session, [name = ""]) {
    const room = currentRoom(session);
    const user = findMember(chat, room, name);
    const body = subjectBody(user);
    await chat.perform(room, { session, action: "kick", kind: kinds.kicked, body, subject: user.id });
    session.reply(texts.youKicked(user.name.shown, room.name.shown));
  },
};
