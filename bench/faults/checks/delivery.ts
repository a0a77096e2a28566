import { kinds } from "../../../src/domain/entry.ts";
import type { StoredEntry } from "../history.ts";
import type { Account, Seen, Stay } from "./account.ts";
import { tokenOf } from "./book.ts";
import { type Findings, who } from "./findings.ts";
import { checkPage } from "./pages.ts";

/** What people saw is what is stored: every line of each stay, once, in order, with none missing; and pages of history. */
export function checkDelivery(found: Findings): void {
  for (const account of found.accounts) {
    for (const { body, room } of account.strays) {
      found.add("put-out", `${who(account)} sees ${body} in ${room ?? "no room"} without being there`);
    }
    for (const { body, author } of account.unwanted) {
      found.add("ignored", `${who(account)} ignores ${author}, and sees ${body}`);
    }
    for (const page of account.pages) checkPage(found, account, page);
    for (const stay of account.stays) {
      if (stay.page) checkPage(found, account, stay.page);
      checkStay(found, account, stay);
    }
  }
}

function checkStay(found: Findings, account: Account, stay: Stay): void {
  const entries = storedOf(found, account, stay);
  checkLost(found, account, stay);
  const stream = entries[0]?.stream ?? (stay.end === "open" ? found.book.openRoom(stay.room)?.id : undefined);
  if (stream === undefined) return;
  const other = entries.find((entry) => entry.stream !== stream);
  if (other) {
    found.add("delivered", `${who(account)} sees ${other.body} of stream ${other.stream} in a stay in ${stream}`);
    return;
  }
  const expected = expectedIn(found, account, stay, stream, entries);
  const differs = firstDifference(entries, expected);
  if (differs === -1) return;
  const [is, should] = [entries[differs], expected[differs]];
  const where = `${who(account)}, stay in ${stay.room} from ${Math.round(stay.atMs)} ms, floor ${stay.floor}`;
  found.add(
    "delivered",
    `${where}: line ${differs + 1} is ${shown(is)} and should be ${shown(should)} (${stay.end} in the end)`,
  );
}

/** The entries of the lines of a stay; each is in that room, and by that author. Nothing tells lines of a room of the same name apart. */
function storedOf(found: Findings, account: Account, { room, lines, isAgain }: Stay): StoredEntry[] {
  const entries = lines.flatMap((line) => {
    const { body, author } = line;
    const entry = found.entryOf(line);
    if (!entry) return [];
    if (found.book.roomOf(entry) !== room || entry.author !== author) {
      found.add(
        "delivered",
        `${who(account)} sees ${body} by ${author} in ${room}: it is by ${entry.author} in ${found.book.roomOf(entry)}`,
      );
    }
    return [entry];
  });
  const stream = entries.at(-1)?.stream;
  return isAgain ? entries.filter((entry) => entry.stream === stream) : entries;
}

/** A line that is not stored was seen before the store went back, and whoever stays is told that it did. */
function checkLost(found: Findings, account: Account, stay: Stay): void {
  const seen: readonly Seen[] = [...(stay.page?.lines ?? []), ...stay.lines];
  const lost = seen.filter((line) => !found.entryOf(line) && !found.mayBePruned(line.body, stay.room));
  const [first] = lost;
  if (!first) return;
  const wrong = lost.find(({ body }) => !found.mayBeLost(body));
  if (wrong) found.add("seen-is-stored", `${who(account)} saw ${wrong.body} in ${stay.room}, which is not stored`);
  const isTold = stay.end === "restored" || stay.end === "room-ended";
  if (!isTold && found.isNoticeDue(stay.endedAtMs)) {
    found.add(
      "delivered",
      `${who(account)} is not told that the store went back: ${first.body} in ${stay.room} is lost`,
    );
  }
}

/**
 * Every message after the floor up to the end of the stay, but for the person's own, which their terminal shows. Of people
 * who were ignored for a time, what was seen is what was to be seen.
 */
function expectedIn(
  { book, run }: Findings,
  { transcript, everIgnored }: Account,
  { floor, end, atMs, cameAtMs, isAgain }: Stay,
  stream: number,
  entries: readonly StoredEntry[],
): StoredEntry[] {
  const all = book.messages.get(stream) ?? [];
  const isOwn = ({ kind, body }: StoredEntry): boolean =>
    kind !== kinds.act && tokenOf(body)?.transcript === transcript.id;
  const seen = new Set(entries);
  const shown = all.filter(
    (entry) => !isOwn(entry) && (seen.has(entry) || !everIgnored.has(entry.author.toLowerCase())),
  );
  // Somebody who seems to come in again may be another of the name, and then nothing is shown; as where all was ignored.
  const hasNoPage = floor === 0 && (run.isPruned === true || isAgain || everIgnored.size > 0);
  const isUnknown = floor === null || hasNoPage;
  const firstSeen = entries[0]?.seq ?? Number.POSITIVE_INFINITY;
  // Whoever was told that the store went back sees at least what is stored from then on.
  const isRestored = floor === null && cameAtMs < atMs;
  const firstLater = isRestored ? all.find((entry) => entry.atMs > atMs)?.seq : undefined;
  const first = isUnknown ? Math.min(firstSeen, firstLater ?? Number.POSITIVE_INFINITY) : floor + 1;
  const session = book.sessionOf.get(transcript.id);
  const out =
    end === "put-out"
      ? book.sentences(stream, kinds.kicked, kinds.banned).filter((one) => one.session === session)
      : [];
  const lastSeen = entries.at(-1)?.pos ?? 0;
  const last =
    end === "open"
      ? Number.POSITIVE_INFINITY
      : (out.find(({ entry }) => entry.pos > lastSeen && entry.seq >= first - 1)?.entry.pos ?? lastSeen);
  return shown.filter(({ seq, pos }) => seq >= first && pos <= last);
}

function firstDifference(one: readonly StoredEntry[], other: readonly StoredEntry[]): number {
  for (let i = 0; i < Math.max(one.length, other.length); i++) if (one[i] !== other[i]) return i;
  return -1;
}

function shown(entry: StoredEntry | undefined): string {
  return entry ? `${entry.seq} ${entry.body}` : "nothing";
}
