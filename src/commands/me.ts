import { sayAndWait } from "../chat/operations/say.ts";
import type { Command } from "./command.ts";
import { currentRoom } from "./lookups.ts";

export const me: Command = {
  name: "me",
  aliases: [],
  usage: "/me TEXT",
  help: "say what you are doing: /me waves",
  access: "in-a-room",
  args: { min: 1, max: 1, rest: true },
  async run({ context, session }, [text = ""]) {
    const room = currentRoom(session);
    session.said(room, await sayAndWait(context, session, room, { kind: "act", text }));
  },
};
