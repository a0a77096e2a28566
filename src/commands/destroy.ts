import { kinds } from "../domain/entry.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { findRoom } from "./lookups.ts";

export const destroy: Command = {
  name: "destroy",
  aliases: [],
  usage: "/destroy ROOM",
  help: "ends a room that you made",
  access: "anyone",
  args: { min: 1, max: 1 },
  async run(chat, session, [name = ""]) {
    const room = await findRoom(chat, session, name, "destroy");
    await chat.perform(room, { session, action: "destroy", kind: kinds.destroyed, body: "" });
    session.reply(texts.youDestroyed(room.name.shown));
  },
};
