import { kinds } from "../../../src/domain/entry.ts";
import type { StoredEntry } from "../history.ts";
import type { Account, Stay } from "./account.ts";
import type { Sentence } from "./book.ts";
import { type Findings, who } from "./findings.ts";

/** Between coming in and being put out, so much time makes sure which was first. */
const RACE_MS = 1000;

/** Nothing is seen or said in a room after a kick or a ban, private rooms are seen by their members alone, and owners are there. */
export function checkRights(found: Findings): void {
  const sessions = sessionsOf(found);
  for (const account of found.accounts) {
    const session = sessions.get(account.transcript.id);
    for (const stay of account.stays) {
      checkPrivate(found, account, stay.room, session);
      if (session !== undefined) checkPutOut(found, account, stay, session);
    }
    for (const { room } of account.pages) checkPrivate(found, account, room, session);
  }
  for (const stream of found.book.all.keys()) checkBans(found, stream);
  checkOwners(found);
}

/** Sessions by transcripts, also of those who never said anything: somebody had the name, and it can only be them. */
function sessionsOf({ book, accounts }: Findings): ReadonlyMap<number, number> {
  const sessions = new Map(book.sessionOf);
  const silent = Map.groupBy(
    accounts.filter(({ transcript, greetedAtMs }) => greetedAtMs !== null && !book.sessionOf.has(transcript.id)),
    ({ key }) => key,
  );
  const speakers = new Set(book.sessionOf.values());
  for (const stream of book.all.keys()) {
    for (const { session, key } of book.sentences(stream, kinds.kicked, kinds.banned)) {
      const [one, another] = silent.get(key) ?? [];
      // What was done to nobody is done to session 0.
      if (one && !another && session !== 0 && !speakers.has(session)) sessions.set(one.transcript.id, session);
    }
  }
  return sessions;
}

/** A room does not belong to somebody who has left, where somebody has been since before that. */
function checkOwners(found: Findings): void {
  const gone = new Map<number, Account>();
  for (const account of found.accounts) {
    const session = found.book.sessionOf.get(account.transcript.id);
    if (session !== undefined && !account.isOpen) gone.set(session, account);
  }
  for (const { name, owner = null, isDestroyed } of found.book.roomById.values()) {
    const account = owner === null || isDestroyed ? undefined : gone.get(owner);
    const members = account ? found.accounts.filter((one) => wasThere(one, name, account.endedAtMs ?? 0)) : [];
    if (account && members.length > 0) {
      found.add(
        "owner",
        `${name} belongs to ${who(account)}, who has left, and ${members.map(who).join(", ")} are there`,
      );
    }
  }
}

function wasThere({ stays }: Account, room: string, atMs: number): boolean {
  return stays.some((stay) => stay.room === room && stay.end === "open" && stay.cameAtMs < atMs);
}

function checkPutOut(found: Findings, account: Account, stay: Stay, session: number): void {
  const stream = streamOf(found, stay);
  if (stream === undefined) return;
  for (const sentence of found.book.sentences(stream, kinds.kicked, kinds.banned)) {
    if (sentence.session !== session || !cameBefore(stay, sentence)) continue;
    const { pos } = sentence.entry;
    const after = [...seenIn(found, stay), ...saidIn(found, account, stay, stream)].find((entry) => entry.pos > pos);
    if (after)
      found.add("put-out", `${who(account)} was put out of ${stay.room} at ${pos}, and is there at ${after.pos}`);
    else if (stay.end === "open")
      found.add("put-out", `${who(account)} was put out of ${stay.room} at ${pos}, and stays`);
  }
}

function cameBefore({ floor, cameAtMs, atMs, endedAtMs }: Stay, { entry }: Sentence): boolean {
  if (entry.atMs > endedAtMs) return false;
  if (floor !== null) return floor < entry.seq && entry.atMs > atMs;
  return entry.atMs > cameAtMs + RACE_MS;
}

function seenIn(found: Findings, { lines }: Stay): StoredEntry[] {
  return lines.flatMap((line) => found.entryOf(line) ?? []);
}

function saidIn({ book, typed }: Findings, account: Account, stay: Stay, stream: number): StoredEntry[] {
  return (book.messages.get(stream) ?? []).filter(({ body }) => {
    const command = typed.get(body);
    return command?.account === account && command.index > stay.index && command.index < stay.endIndex;
  });
}

function streamOf(found: Findings, stay: Stay): number | undefined {
  for (const line of stay.lines) {
    const entry = found.entryOf(line);
    if (entry) return entry.stream;
  }
  return stay.end === "open" ? found.book.openRoom(stay.room)?.id : undefined;
}

function checkBans(found: Findings, stream: number): void {
  const unbanned = found.book.sentences(stream, kinds.unbanned);
  for (const { entry, session, untilMs } of found.book.sentences(stream, kinds.banned)) {
    const lifted = unbanned.find((one) => one.session === session && one.entry.pos > entry.pos)?.entry.pos;
    const said = (found.book.messages.get(stream) ?? []).find(
      ({ authorId, pos, atMs }) =>
        authorId === session &&
        pos > entry.pos &&
        pos < (lifted ?? Number.POSITIVE_INFINITY) &&
        (untilMs === null || atMs < untilMs),
    );
    if (said) found.add("put-out", `${said.body} is said at ${said.pos} by somebody who was banned at ${entry.pos}`);
  }
}

function checkPrivate(found: Findings, account: Account, name: string, session: number | undefined): void {
  const rooms = [...found.book.roomById.values()].filter((room) => room.name === name);
  // A room of this name may have been lost with the past that the store had.
  if (found.run.wentBackAtMs !== null || rooms.length === 0 || rooms.some((room) => !room.isPrivate)) return;
  const isMember = rooms.some(
    ({ id }) =>
      (found.book.all.get(id) ?? []).some(
        ({ kind, authorId, author }) =>
          kind === kinds.created &&
          (session === undefined ? author.toLowerCase() === account.key : authorId === session),
      ) ||
      found.book
        .sentences(id, kinds.invited, kinds.owner)
        .some(({ session: invited, entry }) =>
          session === undefined ? entry.body.split(" ")[1]?.toLowerCase() === account.key : invited === session,
        ),
  );
  if (!isMember) found.add("private", `${who(account)} is in ${name} without an invitation`);
}
