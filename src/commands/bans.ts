import { listBans } from "../chat/operations/list-bans.ts";
import { texts } from "../formats/text/sentences.ts";
import { endTime } from "../formats/text/times.ts";
import type { Command } from "./command.ts";
import { currentRoom } from "./lookups.ts";

export const bans: Command = {
  name: "bans",
  aliases: [],
  usage: "/bans",
  help: "list who is banned from the room, by whom, until when",
  access: "in-a-room",
  args: { min: 0, max: 0 },
  run({ context, session, reply }) {
    const room = currentRoom(session);
    const nowMicros = context.clock.micros();
    const listed = listBans(context, session, room).map(({ name, by, untilMicros }) =>
      texts.ban(name, by, untilMicros === null ? null : endTime(untilMicros, nowMicros)),
    );
    const { shown } = room.name;
    reply(listed.length === 0 ? texts.nobodyBanned(shown) : texts.bannedFrom(shown, listed.join(", ")));
  },
};
