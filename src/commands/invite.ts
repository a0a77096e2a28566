import { invite as inviteToRoom } from "../chat/operations/invite.ts";
import { whisper } from "../chat/operations/whisper.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, onlineUser } from "./lookups.ts";

export const invite: Command = {
  name: "invite",
  aliases: [],
  usage: "/invite USER",
  help: "from inside your private room: let somebody in",
  access: "in-a-room",
  args: { min: 1, max: 1 },
  async run({ context, session, reply }, [name = ""]) {
    const room = currentRoom(session);
    const user = onlineUser(context, name);
    await inviteToRoom(context, session, room, user);
    reply(texts.invited);
    // Nobody was refused: it is somebody.
    if (user) await whisper(context, session, user, texts.invitation(room.name.shown));
  },
};
