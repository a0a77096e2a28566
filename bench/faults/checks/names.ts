import type { StoredEntry } from "../history.ts";
import { type Findings, who } from "./findings.ts";

/** No two sessions have one name: none of them speaks after another one has begun to, and one at most is there at the end. */
export function checkNames(found: Findings): void {
  const messages = [...found.book.messages.values()].flat().toSorted((a, b) => a.atMs - b.atMs);
  for (const [name, said] of Map.groupBy(messages, ({ author }) => author.toLowerCase()))
    checkSpeakers(found, name, said);
  const open = found.accounts.filter((one) => one.isOpen && one.greetedAtMs !== null && !one.hasLostName);
  for (const [name, accounts] of Map.groupBy(open, ({ key }) => key)) {
    if (accounts.length > 1) found.add("name", `${name} is at once ${accounts.map(who).join(" and ")}`);
  }
}

/** Somebody who was cut off may take the name again, where the one who had it meanwhile has left. */
function checkSpeakers(found: Findings, name: string, said: readonly StoredEntry[]): void {
  /** The sessions that have spoken, each once, in the order of their last lines. */
  const speakers = new Set<number>();
  for (const { authorId, body, atMs } of said) {
    if (authorId === null) continue;
    const later = speakers.has(authorId) ? [...speakers].slice([...speakers].indexOf(authorId) + 1) : [];
    const other = later.find((session) => endOf(found, session) > atMs);
    if (other !== undefined) found.add("name", `${body} is said by an earlier session of ${name}`);
    speakers.delete(authorId);
    speakers.add(authorId);
  }
}

/** Whoever has lost the name, and is told so later, had it no more once somebody else spoke under it. */
function endOf({ accounts, book }: Findings, session: number): number {
  const account = accounts.find(({ transcript }) => book.sessionOf.get(transcript.id) === session);
  if (account?.hasLostName === true) return 0;
  return account?.endedAtMs ?? Number.POSITIVE_INFINITY;
}
