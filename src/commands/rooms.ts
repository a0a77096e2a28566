import type { Room } from "../chat/room.ts";
import { texts } from "../protocol/texts.ts";
import type { Command } from "./command.ts";

const ROOMS_SHOWN = 100;

export const rooms: Command = {
  name: "rooms",
  aliases: ["list"],
  usage: "/rooms",
  help: "shows the rooms, and how many people are in each",
  access: "anyone",
  args: { min: 0, max: 0 },
  run(chat, session) {
    const visible = [...chat.rooms.all()].filter((room) => chat.refusalOf(session, "see", room) === null);
    if (visible.length === 0) {
      session.reply(texts.noRooms);
      return;
    }
    const shown = visible.toSorted(byPeopleThenName).slice(0, ROOMS_SHOWN).map(nameAndCount);
    session.reply(texts.rooms(shown.join(", "), visible.length - shown.length));
  },
};

/** Where people are comes first; what is cut off is empty. */
function byPeopleThenName(a: Room, b: Room): number {
  return b.members.size - a.members.size || (a.name.key < b.name.key ? -1 : 1);
}

function nameAndCount(room: Room): string {
  return room.members.size === 0 ? room.name.shown : `${room.name.shown} (${room.members.size})`;
}
