import type { Message } from "../../domain/events.ts";
import { bareKeysOf, keyOf } from "../../domain/names.ts";
import { refusalIn, refusalOf } from "../../domain/permissions.ts";
import { banOn, principalsIn } from "../../domain/rights.ts";
import type { Absence } from "../../ports/absence.ts";
import type { Context } from "../context.ts";
import { addMember, noteFormerRooms, whereItTalks } from "../rooms/membership.ts";
import { hasNews, linesSince, missedOf } from "../rooms/missed-lines.ts";
import { own, type OwnershipParts, takeIfUnowned } from "../rooms/ownership.ts";
import type { Room } from "../rooms/room.ts";
import type { Session } from "../sessions/session.ts";
import { enterLobby, type EnterLobbyParts } from "./enter-lobby.ts";

type Parts = EnterLobbyParts & OwnershipParts & Pick<Context, "applications" | "roomsByPrincipal" | "store">;

/** Maximum number of lines that somebody who comes back is shown: of one room, and of all. */
const LINES_OF_ROOM = 50;
const LINES = 200;

/**
 * Brings a session back to its place when its connection broke, and shows it what was said meanwhile. In no room any more, it
 * comes into the lobby. Where it talks is what it was, or nowhere; it is told, unless there is one room alone, and which rooms it has lost. Never
 * rejects.
 */
export async function comeBack(parts: Parts, session: Session, absence: Absence): Promise<void> {
  const { rooms, sessions, subscriptions, telemetry } = parts;
  session.showsTime = absence.showsTime;
  session.lastWhisperer = absence.lastWhisperer;
  enterAgainIn(parts, session, absence);
  let areRead = false;
  try {
    // It may have been at another node, which knows more of them.
    await subscriptions.read([...new Set([...absence.rooms, ...(absence.hasRightsIn ?? [])])]);
    areRead = true;
  } catch (error) {
    telemetry.storeHealth(error);
  }
  for (const name of absence.ignored) sessions.ignore(session, name);
  for (const room of withRights(parts, absence)) takeUpRights(session, room);
  let linesLeft = LINES;
  for (const [i, id] of absence.rooms.entries()) {
    const room = rooms.byId(id);
    const name = absence.knownRooms[i];
    if (room) linesLeft -= await enterAgain(parts, session, room, absence.seenMicros, linesLeft);
    else if (areRead && name !== undefined) tellEnded(session, name);
  }
  if (session.rooms.length === 0) await enterLobby(parts, session);
  const isIn = new Set(session.rooms.map(({ name }) => name.key));
  const former = absence.knownRooms.map(keyOf).filter((key) => !isIn.has(key));
  noteFormerRooms(session, former);
  // Whoever was in no room begins in the lobby, as newcomers do.
  if (absence.rooms.length > 0) talkAgain(session, absence.current);
}

/** Names of rooms mean those of the application that they meant before, unless it has ended or is closed by now. */
function enterAgainIn({ applications }: Parts, session: Session, { application, entered, knownRooms }: Absence): void {
  for (const id of entered) if (applications.byId(id)) session.enters(id);
  if (application === null) return;
  const known = applications.byId(application);
  if (known && !refusalIn(session, "enter", known)) session.application = known;
  else noteFormerRooms(session, knownRooms.map(keyOf).flatMap(bareKeysOf));
  session.outlet.tell({ type: "names-mean", application: session.application?.handle.shown ?? null });
}

/** What it types next is for the room that it talked in, and goes to no other. */
function talkAgain(session: Session, current: number | null): void {
  session.current = session.rooms.find(({ id }) => id === current) ?? null;
  if (session.current && session.rooms.length === 1) return;
  session.outlet.tell(whereItTalks(session));
}

/** Returns the rooms in which the session may have rights. */
function withRights({ rooms, roomsByPrincipal }: Parts, { id, rooms: wasIn, hasRightsIn }: Absence): Iterable<Room> {
  const known = [...wasIn, ...(hasRightsIn ?? [])].flatMap((room) => rooms.byId(room) ?? []);
  // After a crash it is not known in which.
  return new Set([...known, ...(hasRightsIn === null ? roomsByPrincipal.of(id) : [])]);
}

/** What a session keeps of the rooms that it has rights in: the rights themselves are the room's. */
function takeUpRights(session: Session, room: Room): void {
  const { id } = session.who;
  if (room.isPrivate && principalsIn(room.rights).includes(id)) session.privateRooms = [...session.privateRooms, room];
  if (room.rights.maker === id) session.created = [...session.created, room];
  if (room.owner === id) own(room, session);
}

/** Resolves with the number of lines that it was shown. */
async function enterAgain(
  parts: Parts,
  session: Session,
  room: Room,
  seenMicros: number,
  maxLines: number,
): Promise<number> {
  const { clock, notices, recent, subscriptions, telemetry } = parts;
  const mayNot = (): boolean => refusalOf(session, { type: "rejoin" }, room, clock.micros()) !== null;
  if (mayNot()) return tellLost(session, room, clock.micros());
  try {
    await subscriptions.follow(room);
  } catch (error) {
    telemetry.storeHealth(error);
    session.outlet.tell({ type: "lobby-unread", room: room.name.shown });
    return 0;
  }
  let before: readonly Message[] | null = [];
  for (let isRead = false; ; isRead = true) {
    while (room.ending) await room.ending;
    if (isRead || !hasNews(room, seenMicros)) break;
    // What is said during the read is among the recent lines.
    before = await linesSince(parts, room, seenMicros);
  }
  // Meanwhile the room may have ended, or the session may have been banned.
  if (mayNot()) {
    subscriptions.unfollow(room);
    if (room.members.size === 0) recent.forget(room);
    return tellLost(session, room, clock.micros());
  }
  addMember(parts, session, room);
  const { messages, ...what } = missedOf(room, before, recent.linesOf(room), seenMicros, session);
  const missed = messages.slice(Math.max(messages.length - Math.min(LINES_OF_ROOM, maxLines), 0));
  session.outlet.tell({ type: "back", room: room.label, missed, ...what, nowMicros: clock.micros() });
  notices.joined(room, session.who, session);
  // Its owner may have left for good while nobody was there.
  if (room.isPrivate) takeIfUnowned(parts, session, room);
  return missed.length;
}

/** Tells a session why it is not in a room any more, as far as it may know. Returns 0, the lines that it is shown. */
function tellLost(session: Session, room: Room, nowMicros: number): 0 {
  const { shown } = room.name;
  if (room.isDestroyed) return tellEnded(session, shown);
  const isTold = refusalOf(session, { type: "rejoin" }, room, nowMicros) === "banned";
  const ban = isTold ? banOn(room.rights, session.who, nowMicros) : undefined;
  const { untilMicros, reason } = ban ?? { untilMicros: null, reason: "" };
  session.outlet.tell({ type: "not-back", room: shown, hasEnded: false, ban: ban ? { untilMicros, reason } : null });
  return 0;
}

function tellEnded(session: Session, room: string): 0 {
  session.outlet.tell({ type: "not-back", room, hasEnded: true, ban: null });
  return 0;
}
