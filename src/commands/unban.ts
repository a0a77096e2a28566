import { listBans } from "../chat/operations/list-bans.ts";
import { unban as unbanInRoom } from "../chat/operations/unban.ts";
import { refusalOf } from "../domain/permissions.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, userNameIn } from "./lookups.ts";

export const unban: Command = {
  name: "unban",
  aliases: [],
  usage: "/unban USER",
  help: "lift a ban",
  access: "in-a-room",
  args: { min: 1, max: 1 },
  users(context, session) {
    const { current } = session;
    if (!current || refusalOf(session, { type: "list-bans" }, current, context.clock.micros())) return [];
    return listBans(context, session, current).map(({ name }) => name);
  },
  async run({ context, session, reply }, [text = ""]) {
    const room = currentRoom(session);
    const { name } = await unbanInRoom(context, session, room, userNameIn(text));
    reply(texts.youUnbanned(name, room.name.shown));
  },
};
