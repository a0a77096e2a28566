import { listChats } from "../chat/operations/list-chats.ts";
import { listRooms } from "../chat/operations/list-rooms.ts";
import type { ListedRoom } from "../chat/rooms/listings.ts";
import type { Room } from "../chat/rooms/room.ts";
import type { Session } from "../chat/sessions/session.ts";
import { roomNotes, texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { notesOn } from "./room-notes.ts";

const ROOMS_SHOWN = 100;

export const rooms: Command = {
  name: "rooms",
  aliases: ["list"],
  usage: "/rooms",
  help: "list the rooms and how many people are in them",
  access: "anyone",
  args: { min: 0, max: 0 },
  async run({ context, session, reply }) {
    if (session.application) {
      const chats = await listChats(context, session, session.application, ROOMS_SHOWN);
      const named = chats.first.map(({ id, name, people }) =>
        texts.listedRoom(name.shown, notesOnChat(id, people, session)),
      );
      return reply(chats.count === 0 ? texts.noRooms : texts.rooms(named.join(", "), chats.count - named.length));
    }
    const { first, count } = listRooms(context, session, ROOMS_SHOWN);
    const listed = first.map((one) => texts.listedRoom(one.room.name.shown, notesInList(one, session)));
    reply(count === 0 ? texts.noRooms : texts.rooms(listed.join(", "), count - first.length));
  },
};

/** Empty where nobody is in a room. */
function notesOnChat(id: number, people: number, { current, rooms }: Session): string {
  if (people === 0) return "";
  if (current?.id === id) return `${people}, ${roomNotes.current}`;
  return rooms.some((room) => room.id === id) ? `${people}, ${roomNotes.joined}` : String(people);
}

/** Empty where nobody is in a public room: it stands there by its name alone, as in the systems before. */
function notesInList({ room, people }: ListedRoom, session: Session): string {
  return people === 0 && !room.isPrivate ? "" : notesOn(room, [String(people)], placeIn(room, session));
}

function placeIn(room: Room, { current, rooms }: Session): string | null {
  if (room === current) return roomNotes.current;
  return rooms.includes(room) ? roomNotes.joined : null;
}
