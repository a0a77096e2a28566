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

function checkSpeakers(found: Findings, name: string, said: readonly StoredEntry[]): void {
  const over = new Set<number>();
  let speaker: number | null = null;
  for (const { authorId, body } of said) {
    if (authorId === null || authorId === speaker) continue;
    if (over.has(authorId)) found.add("name", `${body} is said by an earlier session of ${name}`);
    if (speaker !== null) over.add(speaker);
    speaker = authorId;
  }
}
