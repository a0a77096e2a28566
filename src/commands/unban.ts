import { kinds } from "../domain/entry.ts";
import { Refusal } from "../domain/refusals.ts";
import { parseUserName } from "../domain/names.ts";
import { subjectBody } from "../domain/subject.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom } from "./lookups.ts";

export const unban: Command = {
  name: "unban",
  aliases: [],
  usage: "/unban USER",
  help: "lets somebody into the room again",
  access: "in-a-room",
  args: { min: 1, max: 1 },
  async run(chat, session, [text = ""]) {
    const room = currentRoom(session);
    const name = parseUserName(text);
    const refusal = chat.refusalOf(session, "unban", room);
    if (refusal) throw new Refusal(refusal);
    const its = room.rights.bans.find((one) => one.key === name?.key);
    if (!its || !name) throw new Refusal("not-banned");
    const body = subjectBody({ id: its.id, name: { shown: its.name } });
    await chat.perform(room, { session, action: "unban", kind: kinds.unbanned, body });
    session.reply(texts.youUnbanned(its.name, room.name.shown));
  },
};
