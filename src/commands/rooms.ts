import type { Context } from "../chat/context.ts";
import { listChats, type ListedChat } from "../chat/operations/list-chats.ts";
import { listRooms } from "../chat/operations/list-rooms.ts";
import type { Session } from "../chat/sessions/session.ts";
import { roomNotes, texts } from "../formats/text/sentences.ts";
import type { FirstOf } from "../ports/store.ts";
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
    const { first, count } = session.application
      ? await listChats(context, session, session.application, ROOMS_SHOWN)
      : roomsOfMain(context, session);
    const listed = first.map((one) => texts.listedRoom(one.name.shown, notesInList(one, session)));
    reply(count === 0 ? texts.noRooms : texts.rooms(listed.join(", "), count - first.length));
  },
};

function roomsOfMain(context: Context, session: Session): FirstOf<ListedChat> {
  const { first, count } = listRooms(context, session, ROOMS_SHOWN);
  return { first: first.map(({ room: { id, name, isPrivate }, people }) => ({ id, name, isPrivate, people })), count };
}

/** Empty where nobody is in a public room: it stands there by its name alone, as in the systems before. */
function notesInList(one: ListedChat, session: Session): string {
  const { isPrivate, people } = one;
  return people === 0 && !isPrivate ? "" : notesOn(one, [String(people)], placeIn(one, session));
}

function placeIn({ id }: ListedChat, { current, rooms }: Session): string | null {
  if (id === current?.id) return roomNotes.current;
  return rooms.some((room) => room.id === id) ? roomNotes.joined : null;
}
