import { join as joinRoom } from "../chat/operations/join.ts";
import type { Command } from "./command.ts";
import { findRoom } from "./lookups.ts";

export const join: Command = {
  name: "join",
  aliases: ["j"],
  usage: "/join ROOM",
  help: "go into a room; what you type is said there",
  access: "anyone",
  args: { min: 1, max: 1 },
  async run({ context, session }, [name = ""]) {
    await joinRoom(context, session, await findRoom(context, session, name, "join"));
  },
};
