import { kinds } from "../domain/entry.ts";
import { Refusal } from "../domain/refusals.ts";
import { banOn } from "../domain/rights.ts";
import { subjectBody } from "../domain/subject.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, findUser, isMember } from "./lookups.ts";
import { whisperTo } from "./whisper.ts";

export const invite: Command = {
  name: "invite",
  aliases: [],
  usage: "/invite USER",
  help: "lets somebody into your private room",
  access: "in-a-room",
  args: { min: 1, max: 1 },
  async run(chat, session, [name = ""]) {
    const room = currentRoom(session);
    const refusal = chat.refusalOf(session, "invite", room);
    if (refusal) throw new Refusal(refusal);
    const user = findUser(chat, name);
    if (room.rights.invited.includes(user.id) || isMember(room, user)) throw new Refusal("already-invited");
    if (banOn(room.rights, user.id, user.name.key, chat.clock.micros())) throw new Refusal("invitee-banned");
    await chat.perform(room, { session, action: "invite", kind: kinds.invited, body: subjectBody(user) });
    session.reply(texts.invited);
    await whisperTo(chat, session, user, texts.invitation(room.name.shown));
  },
};
