import { ban as banFromRoom } from "../chat/operations/ban.ts";
import { parseBanTime } from "../domain/duration.ts";
import { Refusal } from "../domain/refusals.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom, userNameIn } from "./lookups.ts";

export const ban: Command = {
  name: "ban",
  aliases: [],
  usage: "/ban USER [TIME] [REASON]",
  help: "keep somebody out for 10m or 7d, or until /unban",
  access: "in-a-room",
  args: { min: 1, max: 3, rest: true },
  async run({ context, session, reply }, [text = "", ...words]) {
    const room = currentRoom(session);
    const name = userNameIn(text);
    if (!name) throw new Refusal("no-such-user");
    const { time, reason } = parse(words);
    const durationMs = time === null ? null : parseBanTime(time);
    if (typeof durationMs === "string") throw new Refusal(durationMs);
    // Also somebody who is away, or has just left, under the name.
    const { presence } = context;
    const user = presence.find(name.key) ?? presence.awayAs(name.key) ?? { id: 0, name, address: null };
    const { isOnAddress } = await banFromRoom(context, session, room, user, { durationMs, reason });
    reply(texts.youBanned(user.name.shown, room.name.shown, time, reason, isOnAddress));
  },
};

/** A first word that begins as a number is the time; everything else is the reason. */
function parse(words: readonly string[]): { readonly time: string | null; readonly reason: string } {
  const [first = "", ...others] = words;
  const isTime = /^[+-]?\.?\d/.test(first);
  return isTime ? { time: first, reason: others.join(" ") } : { time: null, reason: words.join(" ") };
}
