import { renderNotice } from "../formats/text/render.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Chat } from "./chat.ts";
import { type Entry, kinds, movesRights } from "../domain/entry.ts";
import { dropMembers, dropRoom, expelMember } from "./rooms/membership.ts";
import { giveAway, own } from "./rooms/ownership.ts";
import { rightsAfter } from "../domain/rights.ts";
import type { Room } from "./rooms/room.ts";
import type { Session } from "./sessions/session.ts";
import { parseSubject, type Subject } from "../domain/subject.ts";

/** Makes a stored change true on this node, and tells those whom it concerns. */
export function applyChange(chat: Chat, room: Room, entry: Entry): void {
  const subject = parseSubject(entry.body);
  if (movesRights(entry.kind)) {
    room.rightsVersion += 1;
    room.rights = rightsAfter(room.rights, entry.kind, subject, entry.atMicros);
  }
  switch (entry.kind) {
    case kinds.topic:
      return changeTopic(chat, room, entry);
    case kinds.owner:
      return changeOwner(chat, room, subject);
    case kinds.destroyed:
      return destroy(chat, room, entry);
    default:
      // What is about nobody, and an entry that a later version wrote, shows nothing here.
      if (subject) changeMember(chat, room, entry, subject);
  }
}

/** Tells, and makes true, what was done to somebody. */
export function changeMember(chat: Chat, room: Room, entry: Entry, subject: Subject): void {
  const [name, by, where] = [subject.name, entry.author, room.name.shown];
  switch (entry.kind) {
    case kinds.kicked:
      return expel(chat, room, entry, subject, texts.kicked(name, where, by), texts.youWereKicked(where, by));
    case kinds.banned:
      return expel(chat, room, entry, subject, texts.banned(name, where, by), texts.youWereBanned(where, by));
    case kinds.unbanned:
      return chat.fanOut.notice(room, texts.unbanned(name, where, by), memberOf(room, entry.authorId));
    case kinds.operator:
      return chat.fanOut.notice(room, texts.nowOperator(name, where, by), memberOf(room, entry.authorId));
    case kinds.noOperator:
      return chat.fanOut.notice(room, texts.noOperator(name, where, by), memberOf(room, entry.authorId));
  }
}

function changeTopic(chat: Chat, room: Room, entry: Entry): void {
  room.topic = entry.body;
  const name = room.name.shown;
  const text =
    entry.body === "" ? texts.topicRemoved(entry.author, name) : texts.topicSet(entry.author, name, entry.body);
  chat.fanOut.notice(room, text, memberOf(room, entry.authorId));
}

function changeOwner(chat: Chat, room: Room, subject: Subject | null): void {
  if (!subject) return;
  const owner = memberOf(room, subject.id);
  if (owner) own(room, owner);
  chat.fanOut.notice(room, texts.nowOwns(subject.name, room.name.shown));
  // Whoever gave it to them did not know yet that they had left.
  if (!owner && chat.sessionsById.has(subject.id)) giveAway(chat, room);
}

/** Takes somebody out of the room who does not go by himself. */
function expel(chat: Chat, room: Room, entry: Entry, subject: Subject, told: string, toldThem: string): void {
  const member = memberOf(room, subject.id);
  // Also when they are not here any more: they may come back.
  chat.sessionsById.get(subject.id)?.wasPutOut(room, entry.atMicros);
  if (member) expelMember(chat, member, room);
  else if (chat.presence.find(subject.key)?.rooms.has(room.id) === true) room.putOut.add(subject.id);
  chat.fanOut.notice(room, told, memberOf(room, entry.authorId));
  if (!member) return;
  member.reply(renderNotice(toldThem));
  dropRoom(member, room, { isOwnWish: false });
}

function destroy(chat: Chat, room: Room, entry: Entry): void {
  room.isDestroyed = true;
  chat.rooms.remove(room);
  chat.recent.forget(room);
  chat.fanOut.notice(room, texts.roomDestroyed(room.name.shown), memberOf(room, entry.authorId));
  dropMembers(chat, room, entry.authorId);
}

/** Somebody of this node who is in the room, by the id of the session. */
export function memberOf(room: Room, id: number | null): Session | null {
  for (const member of room.members) if (member.id === id) return member;
  return null;
}
