import { kick as kickFromRoom } from "../chat/operations/kick.ts";
import { Refusal } from "../domain/refusals.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, knownUser } from "./lookups.ts";

export const kick: Command = {
  name: "kick",
  aliases: [],
  usage: "/kick USER",
  help: "remove somebody; /ban keeps them out",
  access: "in-a-room",
  args: { min: 1, max: 1 },
  async run({ context, session, reply }, [name = ""]) {
    const room = currentRoom(session);
    const user = knownUser(context, name);
    if (!user) throw new Refusal("not-there");
    await kickFromRoom(context, session, room, user);
    reply(texts.youKicked(user.name.shown, room.name.shown));
  },
};
