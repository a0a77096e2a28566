/** The end of a sentence: the reason, where one was given. */
export function because(reason: string): string {
  return reason === "" ? "." : `: ${reason}`;
}

/** The reason as a sentence of its own, with a space before it; empty: none was given. */
export function reasonGiven(reason: string): string {
  if (reason === "") return "";
  return ` Reason: ${reason}${/[.!?…]$/.test(reason) ? "" : "."}`;
}

/** What is noted stands in brackets behind it; empty: nothing is noted. */
export function withNotes(what: string, notes: string): string {
  return notes === "" ? what : `${what} (${notes})`;
}

/** Names of which some are left out. @param more number of those */
export function andMore(names: string, more: number): string {
  return more > 0 ? `${names} … and ${more} more` : names;
}

/** From this number of users on nobody counts them. */
const MANY_USERS = 10;

/** Names of `count` users, of which `more` are left out. */
export function andCount(names: string, count: number, more: number): string {
  return count < MANY_USERS ? andMore(names, more) : `${andMore(names, more)} (${count})`;
}

/** `1 room`, `3 rooms`. */
export function counted(count: number, thing: string): string {
  return count === 1 ? `1 ${thing}` : `${count} ${thing}s`;
}

/** Names in a sentence: `one`, `one and two`, `one, two and three`, `one, two and 3 others`. */
export function listSome(names: readonly string[], count: number): string {
  const [first = "", second = "", third = ""] = names;
  if (count === 1) return first;
  if (count === 2) return `${first} and ${second}`;
  if (count === 3) return `${first}, ${second} and ${third}`;
  return `${first}, ${second} and ${count - 2} others`;
}
