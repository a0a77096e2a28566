import { whereItTalks } from "../chat/rooms/membership.ts";
import type { Room } from "../chat/rooms/room.ts";
import type { Session } from "../chat/sessions/session.ts";
import { roomNotes, texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { notesOn } from "./room-notes.ts";

const ROOMS_SHOWN = 100;

export const where: Command = {
  name: "where",
  aliases: ["room"],
  usage: "/where",
  help: "show where you talk, and your other rooms",
  access: "anyone",
  args: { min: 0, max: 0 },
  run({ session, reply }) {
    const { current, rooms } = session;
    if (rooms.length === 0) return session.outlet.tell(whereItTalks(session));
    const others = rooms.filter((room) => room !== current);
    const names = others.slice(0, ROOMS_SHOWN).map(({ name }) => name.shown);
    const more = others.length - names.length;
    reply(
      current
        ? texts.talksIn(current.name.shown, notesOn(current, [], rankIn(current, session)), names.join(", "), more)
        : texts.talksNowhere(names.join(", "), more),
    );
  },
};

function rankIn({ owner, rights }: Room, { who }: Session): string | null {
  if (owner === who.id) return roomNotes.owner;
  return rights.operators.includes(who.id) ? roomNotes.operator : null;
}
