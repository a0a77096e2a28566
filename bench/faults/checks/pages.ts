import type { StoredEntry } from "../history.ts";
import type { Account, Page } from "./account.ts";
import { type Findings, who } from "./findings.ts";

/** After a line was stored, a node may need so long to hear of it. */
const HEARD_MS = 15_000;

/**
 * Lines of history have no gap, are what is stored, and are as many and as new as was asked for. In pages of somebody who
 * ignored others, lines of those may be missing.
 */
export function checkPage(found: Findings, account: Account, page: Page): void {
  checkLines(found, account, page);
  checkLength(found, account, page);
  checkEnd(found, account, page);
}

function checkLines(found: Findings, account: Account, { room, lines }: Page): void {
  for (const [i, line] of lines.entries()) {
    const { seq, body, author } = line;
    const before = lines[i - 1];
    if (before && seq !== before.seq + 1 && account.everIgnored.size === 0) {
      found.add("history", `${who(account)}: ${seq} comes after ${before.seq} in a page of ${room}`);
    }
    const entry = found.entryOf(line);
    if (!entry) {
      if (!found.mayBeLost(body) && !found.mayBePruned(body, room)) {
        found.add("seen-is-stored", `${who(account)}: ${body} in a page of ${room} is not stored`);
      }
    } else if (entry.seq !== seq || entry.author !== author || found.book.roomOf(entry) !== room) {
      // A line may come again in the new past, and then has another number.
      if (!found.mayBeLost(body)) {
        found.add("history", `${who(account)}: ${body} is ${seq} in a page of ${room}, and ${entry.seq} in the store`);
      }
    }
  }
}

/** A page has as many lines as were asked for, or all. */
function checkLength(found: Findings, account: Account, { room, asked, heading, lines }: Page): void {
  const last = lines.at(-1);
  if (!asked || !last || !account.groups.get(asked.group)?.isSettled) return;
  const where = `${who(account)}: a page of ${room} that ends with ${last.seq}`;
  if (lines.length !== heading) found.add("history", `${where} has ${lines.length} lines and says ${heading}`);
  const most = Math.min(asked.lines, last.seq);
  const isAll = lines.length === most || (found.run.isPruned === true && lines.length < most);
  if (!isAll && account.everIgnored.size === 0)
    found.add("history", `${where} has ${lines.length} lines, where ${asked.lines} were asked for`);
}

/** It ends with the last line that the node had heard of: what the person had seen or said is in it, and what is old. */
function checkEnd(found: Findings, account: Account, { room, asked, lines }: Page): void {
  const last = lines.at(-1);
  const end = last && found.entryOf(last);
  if (!asked || !end || end.seq !== last.seq) return;
  // What was seen before a restore may be stored again after the page.
  const isKnown = ({ atMs, body }: StoredEntry): boolean =>
    atMs < asked.atMs - HEARD_MS ||
    (!found.mayBeLost(body) && (hasSeen(account, body, asked.index) || hasSaid(account, body, asked.group)));
  const missing = (found.book.messages.get(end.stream) ?? []).findLast(
    (entry) =>
      entry.seq > end.seq &&
      entry.atMs < asked.atMs &&
      !account.everIgnored.has(entry.author.toLowerCase()) &&
      isKnown(entry),
  );
  if (missing) {
    found.add(
      "history",
      `${who(account)}: a page of ${room} ends with ${end.seq}, and ${missing.seq} ${missing.body} was there`,
    );
  }
}

function hasSeen({ stays }: Account, body: string, beforeIndex: number): boolean {
  return stays.some(({ lines }) => lines.some((line) => line.body === body && line.index < beforeIndex));
}

/** Before, and with an answer that tells that it is stored. */
function hasSaid({ groups }: Account, body: string, beforeGroup: number): boolean {
  return [...groups.values()].some(
    ({ nr, typed, refusals, uncertain, isSettled }) =>
      nr < beforeGroup && isSettled && refusals + uncertain === 0 && typed.some(({ text }) => text === body),
  );
}
