import { say } from "../chat/operations/say.ts";
import { Refusal } from "../domain/refusals.ts";
import type { Command } from "./command.ts";
import { currentRoom } from "./lookups.ts";

export const me: Command = {
  name: "me",
  aliases: [],
  usage: "/me TEXT",
  help: "says what you do: /me waves",
  access: "in-a-room",
  args: { min: 1, max: 1, rest: true },
  run({ context, session }, [text = ""]) {
    const room = currentRoom(session);
    return new Promise((resolve, reject) => {
      say(context, session, room, { kind: "act", text }, (outcome) =>
        outcome instanceof Refusal ? reject(outcome) : resolve(),
      );
    });
  },
};
