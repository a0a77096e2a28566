import { listRooms } from "../chat/operations/list-rooms.ts";
import type { ListedRoom } from "../chat/rooms/listings.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";

const ROOMS_SHOWN = 100;

export const rooms: Command = {
  name: "rooms",
  aliases: ["list"],
  usage: "/rooms",
  help: "list the rooms and how many people are in them",
  access: "anyone",
  args: { min: 0, max: 0 },
  run({ context, session, reply }) {
    const { first, count } = listRooms(context, session, ROOMS_SHOWN);
    reply(count === 0 ? texts.noRooms : texts.rooms(first.map(nameAndCount).join(", "), count - first.length));
  },
};

function nameAndCount({ room, people }: ListedRoom): string {
  return people === 0 ? room.name.shown : `${room.name.shown} (${people})`;
}
