import { kinds } from "../domain/entry.ts";
import type { Command } from "./command.ts";
import { currentRoom } from "./lookups.ts";

export const me: Command = {
  name: "me",
  aliases: [],
  usage: "/me TEXT",
  help: "says what you do: /me waves",
  access: "in-a-room",
  args: { min: 1, max: 1, rest: true },
  run(chat, session, [text = ""]) {
    return chat.perform(currentRoom(session), { session, action: "say", kind: kinds.act, body: text });
  },
};
