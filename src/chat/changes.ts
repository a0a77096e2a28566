import { renderWhisper } from "../protocol/render.ts";
import { texts } from "../protocol/texts.ts";
import type { Chat } from "./chat.ts";
import { type Entry, kinds, movesRules } from "./entry.ts";
import { parseUserName } from "./names.ts";
import { own, passOn } from "./ownership.ts";
import type { Room } from "./room.ts";
import type { Session } from "./session.ts";
import { parseSubject } from "./subject.ts";

/** Makes a stored change true on this node, and tells those whom it concerns. */
export function applyChange(chat: Chat, room: Room, entry: Entry): void {
  if (movesRules(entry.kind)) room.rules += 1;
  switch (entry.kind) {
    case kinds.topic:
      return changeTopic(chat, room, entry);
    case kinds.owner:
      return changeOwner(chat, room, entry);
    case kinds.invited:
      return invite(chat, room, entry);
    case kinds.destroyed:
      return destroy(chat, room, entry);
    default:
      // An entry that a later version wrote shows nothing here.
      return;
  }
}

function changeTopic(chat: Chat, room: Room, entry: Entry): void {
  room.topic = entry.body;
  const name = room.name.shown;
  const text =
    entry.body === "" ? texts.topicRemoved(entry.author, name) : texts.topicSet(entry.author, name, entry.body);
  chat.delivery.notice(room, text, memberOf(room, entry.authorId));
}

function changeOwner(chat: Chat, room: Room, entry: Entry): void {
  const subject = parseSubject(entry.body);
  const owner = subject && memberOf(room, subject.id);
  if (owner) {
    own(room, owner);
    chat.delivery.notice(room, texts.nowOwns(owner.name.shown, room.name.shown));
    return;
  }
  room.owner = null;
  // Whoever it was to go to has left meanwhile.
  if (subject) passOn(chat, room);
}

function invite(chat: Chat, room: Room, entry: Entry): void {
  const subject = parseSubject(entry.body);
  if (!subject) return;
  room.invited.add(subject.id);
  const name = parseUserName(subject.name);
  const session = name && chat.sessions.get(name.key);
  // The name may be somebody else's by now.
  if (session?.id !== subject.id) return;
  if (entry.authorId !== null) session.lastWhisperer = { session: entry.authorId, name: entry.author };
  session.reply(renderWhisper(entry.author, texts.invitation(room.name.shown)));
}

function destroy(chat: Chat, room: Room, entry: Entry): void {
  room.isDestroyed = true;
  chat.rooms.remove(room);
  chat.recent.forget(room);
  chat.delivery.notice(room, texts.roomDestroyed(room.name.shown), memberOf(room, entry.authorId));
  for (const member of room.members) {
    member.rooms.splice(member.rooms.indexOf(room), 1);
    if (member.current !== room) continue;
    member.current = member.rooms.at(-1) ?? null;
    if (member.current) member.reply(texts.nowTalking(member.current.name.shown));
  }
  room.members.clear();
}

function memberOf(room: Room, id: number | null): Session | null {
  for (const member of room.members) if (member.id === id) return member;
  return null;
}
