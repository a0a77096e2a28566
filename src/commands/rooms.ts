import { countIn } from "../chat/membership.ts";
import type { Name } from "../chat/names.ts";
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
    const shown = visible
      .map((room): Counted => ({ name: room.name, people: countIn(chat, room) }))
      .toSorted(byPeopleThenName)
      .slice(0, ROOMS_SHOWN)
      .map(nameAndCount);
    session.reply(texts.rooms(shown.join(", "), visible.length - shown.length));
  },
};

interface Counted {
  readonly name: Name;
  readonly people: number;
}

/** Where people are comes first; what is cut off is empty. */
function byPeopleThenName(a: Counted, b: Counted): number {
  return b.people - a.people || (a.name.key < b.name.key ? -1 : 1);
}

function nameAndCount({ name, people }: Counted): string {
  return people === 0 ? name.shown : `${name.shown} (${people})`;
}
