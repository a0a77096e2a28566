import { destroyRoom } from "../chat/operations/destroy-room.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { findRoom } from "./lookups.ts";

export const destroy: Command = {
  name: "destroy",
  aliases: [],
  usage: "/destroy ROOM",
  help: "delete a room that you made",
  access: "anyone",
  args: { min: 1, max: 1 },
  async run({ context, session, reply }, [name = ""]) {
    const room = await findRoom(context, session, name, "destroy");
    await destroyRoom(context, session, room);
    reply(texts.youDestroyed(room.name.shown));
  },
};
