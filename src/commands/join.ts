import { join as joinRoom } from "../chat/membership.ts";
import type { Command } from "./command.ts";
import { findRoom } from "./find.ts";

export const join: Command = {
  name: "join",
  aliases: ["j"],
  usage: "/join ROOM",
  help: "comes into a room, and talks there from now on",
  access: "anyone",
  args: { min: 1, max: 1 },
  run(chat, session, [name = ""]) {
    return joinRoom(chat, session, findRoom(chat, session, name, "join"));
  },
};
