import { destroyRoom } from "../chat/operations/destroy-room.ts";
import type { Command } from "./command.ts";
import { findRoom } from "./lookups.ts";

export const destroy: Command = {
  name: "destroy",
  aliases: [],
  usage: "/destroy ROOM",
  help: "delete a room that you made",
  access: "anyone",
  args: { min: 1, max: 1 },
  async run({ context, session }, [name = ""]) {
    const room = await findRoom(context, session, name, "destroy");
    const isMember = room.members.has(session);
    await destroyRoom(context, session, room);
    // A member was told with the others, before anything was said that came after it.
    if (!isMember) session.outlet.tell({ type: "you-destroyed", room: room.label });
  },
};
