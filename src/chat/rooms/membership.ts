import { renderHistory, renderNotice, renderTopic } from "../../formats/text/render.ts";
import { listSome, texts } from "../../formats/text/sentences.ts";
import type { Chat } from "../chat.ts";
import { Refusal } from "../../domain/refusals.ts";
import { passOn, takeIfUnowned } from "./ownership.ts";
import type { Room } from "./room.ts";
import type { Session } from "../sessions/session.ts";

/** So many names are looked at to say who is in a room. */
const NAMES_SHOWN = 3;

/** Brings a session into a room, or makes a room that it is in the current one. Refusals are `ChatError`s. */
export async function join(chat: Chat, session: Session, room: Room): Promise<void> {
  const refusal = chat.refusalOf(session, "join", room);
  if (refusal) throw new Refusal(refusal);
  if (session.current === room) throw new Refusal("already-in-room");
  if (room.members.has(session)) {
    session.current = room;
    session.reply(texts.nowTalking(room.name.shown));
    return;
  }
  const { roomsPerUser } = chat.settings;
  if (roomsPerUser > 1 && session.rooms.length >= roomsPerUser) throw new Refusal("too-many-rooms");
  await chat.subscriptions.follow(room);
  const hasRead = await loadRecent(chat, room);
  while (room.ending) await room.ending;
  // The room may have ended, or become somebody else's, meanwhile.
  const late = chat.refusalOf(session, "join", room);
  if (late) {
    chat.subscriptions.unfollow(room);
    // Nobody keeps up what was read for them.
    if (room.members.size === 0) chat.recent.forget(room);
    throw new Refusal(late);
  }
  if (roomsPerUser === 1 && session.current) leave(chat, session, session.current);
  add(chat, session, room);
  session.reply(renderNotice(texts.joined(session.name.shown, room.name.shown)));
  if (room.topic !== "") session.reply(renderTopic(room.topic));
  showRecent(chat, session, room, hasRead);
  chat.notices.joined(room, session);
  takeIfUnowned(chat, session, room);
}

/** Where a person is right after login: no join line of their own, but who is there and what was said. */
export async function enterLobby(chat: Chat, session: Session): Promise<void> {
  const name = chat.settings.lobby;
  if (!name) return;
  let lobby: Room | undefined;
  try {
    // After a restore it may be another one.
    lobby = chat.rooms.find(name) ?? (await chat.subscriptions.find(name));
    if (!lobby) return;
    await chat.subscriptions.follow(lobby);
  } catch (error) {
    chat.telemetry.storeHealth(error);
    return session.reply(texts.lobbyUnread(name.shown));
  }
  const hasRead = await loadRecent(chat, lobby);
  if (lobby.isDestroyed) {
    chat.subscriptions.unfollow(lobby);
    chat.recent.forget(lobby);
    return await enterLobby(chat, session);
  }
  add(chat, session, lobby);
  const others = countIn(chat, lobby) - 1;
  if (others > 0 || lobby.seq > 0) {
    session.reply(texts.here(lobby.name.shown, others > 0 ? listSome(someOthers(chat, lobby, session), others) : null));
  }
  if (lobby.topic !== "") session.reply(renderTopic(lobby.topic));
  showRecent(chat, session, lobby, hasRead);
  chat.notices.joined(lobby, session);
}

/** Takes a session out of a room. The room it joined before becomes the current one, and it is told so. */
export function leave(chat: Chat, session: Session, room: Room): void {
  remove(chat, session, room);
  session.reply(texts.youLeft(room.name.shown));
  dropRoom(session, room, { isOwnWish: true });
}

/**
 * A session is in a room no longer, and was told why. By its own wish it talks in the room that it joined before; else what
 * it is typing may be meant for the room that it lost, so it talks nowhere until it chooses a room. It is told so.
 */
export function dropRoom(session: Session, room: Room, { isOwnWish }: { readonly isOwnWish: boolean }): void {
  session.rooms.splice(session.rooms.indexOf(room), 1);
  if (session.current !== room) return;
  const before = session.rooms.at(-1) ?? null;
  session.current = isOwnWish ? before : null;
  if (!before) return;
  const { shown } = before.name;
  session.reply(isOwnWish ? texts.nowTalking(shown) : `${texts.nowNowhere} ${texts.talkThere(shown)}`);
}

/** How many people are in a room, on all nodes. */
export function countIn(chat: Chat, room: Room): number {
  return room.members.size + chat.presence.countIn(room.id);
}

/** A member is in the room no longer; what it is told, and the others, is for the caller. */
export function expelMember(chat: Chat, session: Session, room: Room): void {
  room.members.delete(session);
  chat.listings.left(room, session);
  // After a restore another room may have its id, and the session may be in that one.
  const isInNamesake = session.rooms.some((one) => one.id === room.id && one !== room);
  if (!isInNamesake) chat.presence.left(session.id, room.id);
  chat.subscriptions.unfollow(room);
  if (room.members.size === 0) chat.recent.forget(room);
}

/** The room has ended. @param by the session that ended it, or null */
export function dropMembers(chat: Chat, room: Room, by: number | null): void {
  for (const member of room.members) {
    expelMember(chat, member, room);
    dropRoom(member, room, { isOwnWish: member.id === by });
  }
}

/** Takes a session that ends out of everything. Its rooms pass to those who were there longest. */
export function removeFromAll(chat: Chat, session: Session): void {
  for (const room of session.rooms.splice(0)) remove(chat, session, room);
  session.current = null;
  for (const room of session.owned) if (!room.isDestroyed && room.rights.owner === session.id) passOn(chat, room);
}

/** The room is followed for it. */
function add(chat: Chat, session: Session, room: Room): void {
  room.members.add(session);
  chat.listings.entered(room, session);
  chat.presence.joined(session.id, room.id);
  session.rooms.push(room);
  session.current = room;
}

function remove(chat: Chat, session: Session, room: Room): void {
  expelMember(chat, session, room);
  chat.notices.left(room, session);
  if (room.isPrivate && room.rights.owner === null && countIn(chat, room) === 0) passOn(chat, room);
}

async function loadRecent(chat: Chat, room: Room): Promise<boolean> {
  // Nothing was ever said here: most rooms, most of the time, and then joining waits for nothing.
  if (room.seq === 0) return true;
  try {
    await chat.recent.load(room);
    return true;
  } catch (error) {
    chat.telemetry.storeHealth(error);
    return false;
  }
}

function showRecent(chat: Chat, session: Session, room: Room, hasRead: boolean): void {
  if (!hasRead) session.reply(texts.historyUnread);
  const lines = chat.recent.linesOf(room);
  if (lines.length > 0) session.reply(renderHistory(lines, room.name.shown, chat.clock.micros()));
}

/** The longest-present members other than the session, as many as are shown by name. */
function someOthers(chat: Chat, room: Room, session: Session): string[] {
  const names: string[] = [];
  for (const member of room.members) {
    if (names.length === NAMES_SHOWN) return names;
    if (member !== session) names.push(member.name.shown);
  }
  for (const person of chat.presence.peopleIn(room.id)) {
    if (names.length === NAMES_SHOWN) break;
    names.push(person.name.shown);
  }
  return names;
}
