import type { NodeView } from "../history.ts";
import type { Findings } from "./findings.ts";

/** At the end all nodes agree about who is there and in which rooms, and that is who is connected. */
export function checkAgreement(found: Findings): void {
  const { views } = found.run;
  const here = found.accounts.filter((one) => one.isOpen && one.greetedAtMs !== null && !one.hasLostName);
  const names = sorted(here.map(({ transcript }) => transcript.name));
  for (const view of views) {
    compare(found, view, "online", sorted(view.users), names);
    for (const [room, people] of view.rooms) {
      const names = sorted(here.filter(({ where }) => where.rooms.has(room)).map(({ transcript }) => transcript.name));
      compare(found, view, `in ${room}`, sorted(people), names);
    }
  }
}

function compare(
  found: Findings,
  { node }: NodeView,
  where: string,
  is: readonly string[],
  should: readonly string[],
): void {
  if (is.join() === should.join()) return;
  const [wrong, missing] = [is.filter((name) => !should.includes(name)), should.filter((name) => !is.includes(name))];
  const twice = is.filter((name, i) => is.indexOf(name) !== i);
  found.add(
    "agreement",
    `node ${node}, ${where}: wrong ${list(wrong)}, missing ${list(missing)}, twice ${list(twice)}`,
  );
}

function sorted(names: readonly string[]): string[] {
  return names.toSorted((a, b) => (a < b ? -1 : 1));
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "nobody" : names.join(", ");
}
