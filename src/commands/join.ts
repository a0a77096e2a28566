import { join as joinRoom } from "../chat/rooms/membership.ts";
import type { Command } from "./command.ts";
import { findRoom } from "./lookups.ts";

export const join: Command = {
  name: "join",
  aliases: ["j"],
  usage: "/join ROOM",
  help: "comes into a room, and talks there from now on",
  access: "anyone",
  args: { min: 1, max: 1 },
  async run(chat, session, [name = ""]) {
    await joinRoom(chat, session, await findRoom(chat, session, name, "join"));
  },
};
