import { BARRIER } from "../reading.ts";
import type { Account, Group } from "./account.ts";
import { bodyOf, type Findings, isSaid, who } from "./findings.ts";

/** A line that was refused is not stored, one that was not is stored, and everybody who is connected is answered. */
export function checkOutcomes(found: Findings): void {
  for (const account of found.accounts) {
    for (const group of account.groups.values()) checkGroup(found, group, who(account));
    const open = [...account.groups.values()].find(({ nr, isSettled }) => nr > 0 && !isSettled);
    if (account.isOpen && account.greetedAtMs === null && !isTaken(found, account)) {
      found.add("answered", `${who(account)} cannot come in, and nobody has the name`);
    }
    if (account.isOpen && open) found.add("answered", `${who(account)} waits for an answer to ${whatOf(open)}`);
  }
}

/** Whether somebody else who is there has the name that is asked for. */
function isTaken({ accounts }: Findings, { key, transcript }: Account): boolean {
  return accounts.some(
    (one) => one.isOpen && one.key === key && one.transcript !== transcript && one.greetedAtMs !== null,
  );
}

function checkGroup(found: Findings, { typed, refusals, uncertain, isSettled }: Group, person: string): void {
  const said = typed.filter(({ text }) => isSaid(text)).map(({ text }) => bodyOf(text));
  // Other commands are refused for reasons of their own.
  if (said.length === 0) return;
  const stored = said.filter((body) => found.book.byBody.has(body));
  const lines = `${said[0]} … ${said.at(-1)} (${said.length} lines, ${refusals} refused, ${stored.length} stored)`;
  if (stored.length + refusals > said.length) found.add("outcome", `${person}: refused, and stored: ${lines}`);
  const missing = said.filter((body) => !found.book.byBody.has(body));
  const isLost = missing.every((body) => found.mayBeLost(body) || found.mayBePruned(body, "lobby"));
  if (isSettled && stored.length + refusals + uncertain < said.length && !isLost) {
    found.add("outcome", `${person}: accepted, and not stored: ${lines}`);
  }
}

function whatOf({ typed }: Group): string {
  return typed.map(({ text }) => text).join(" | ") || BARRIER;
}
