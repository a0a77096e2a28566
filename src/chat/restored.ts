import { texts } from "../formats/text/sentences.ts";
import { changeMember, memberOf } from "./apply.ts";
import type { Chat } from "./chat.ts";
import { type Entry, kinds } from "../domain/entry.ts";
import { StoreError } from "../ports/store-error.ts";
import { dropMembers } from "./rooms/membership.ts";
import { own } from "./rooms/ownership.ts";
import { banOn } from "../domain/rights.ts";
import type { Room } from "./rooms/room.ts";
import type { Session } from "./sessions/session.ts";
import type { Stream } from "../streams/stream.ts";
import { parseSubject } from "../domain/subject.ts";

/** How far a stream was heard. */
type Heard = Pick<Stream, "pos" | "atMicros">;

/** So many of the last entries of the server's stream may be news after a restore. */
const LOOKED_BACK = 1000;

/**
 * The store has another past than this node: it was restored, or a replica that was behind took its place. Takes a room over
 * as it is there now, and tells its members. Rejects with a `StoreError`.
 */
export async function takeOverRoom(chat: Chat, room: Room): Promise<void> {
  const entries = await chat.subscriptions.takeOver(room);
  chat.recent.invalidate(room);
  const { isDestroyed, name } = room;
  chat.fanOut.notice(room, isDestroyed ? texts.roomNotRestored(name.shown) : texts.storeWentBack(name.shown));
  if (isDestroyed) return dropMembers(chat, room, null);
  for (const entry of entries) putOut(chat, room, entry);
  const owner = chat.sessionsById.get(room.rights.owner ?? 0);
  if (owner) own(room, owner);
}

/** As `takeOverRoom`, for what concerns the whole server: the rooms there are, and the bans. */
export async function takeOverServer(chat: Chat): Promise<void> {
  const end = await endOfServerStream(chat);
  // From there on all that was ever announced would be news.
  if (end.pos === 0) throw new StoreError("unavailable", "read the stream of the server: it is being restored");
  const last = await lastHeard(chat, end);
  await chat.subscriptions.takeOverUnfollowed();
  // Only now: where something failed, all of it is done again.
  Object.assign(chat.server, last);
  chat.onBansChanged();
}

/** The last entry that is no news: what is younger than the last one that was heard in the other past, is. */
async function lastHeard({ store, server }: Chat, end: Heard): Promise<Heard> {
  const from = { stream: server.id, pos: Math.max(end.pos - LOOKED_BACK, 0) };
  const entries = await store.entriesFrom([from], LOOKED_BACK + 1);
  const { pos, atMicros } = entries.findLast((entry) => entry.atMicros <= server.atMicros) ?? entries[0] ?? end;
  return { pos, atMicros };
}

/** Where the stream of the server ends. Rejects with a `StoreError`. */
export async function endOfServerStream({ store, server }: Pick<Chat, "store" | "server">): Promise<Heard> {
  const [end] = await store.ends([server.place]);
  const pos = end?.pos ?? 0;
  const [head] = await store.ends([{ stream: server.id, pos }]);
  return { pos, atMicros: head?.atMicros ?? 0 };
}

/** Whoever was put out by one of the last entries is out here, too. */
function putOut(chat: Chat, room: Room, entry: Entry): void {
  if (entry.kind !== kinds.kicked && entry.kind !== kinds.banned) return;
  const subject = parseSubject(entry.body);
  const member = subject && memberOf(room, subject.id);
  if (subject && member && isOut(chat, room, entry, member)) changeMember(chat, room, entry, subject);
}

/** Somebody who was put out before, and came back, is a member. */
function isOut(chat: Chat, room: Room, { kind, atMicros }: Entry, member: Session): boolean {
  if (kind === kinds.kicked) return atMicros > member.putOutAt(room);
  return banOn(room.rights, member.id, member.name.key, chat.clock.micros()) !== undefined;
}
