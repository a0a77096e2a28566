import { tokenOf } from "./book.ts";
import { type Findings, who } from "./findings.ts";

const WHISPER = /^\/whisper (\w+) (t\d+\.\d+)$/;
/** What is on its way to somebody whose connection ends is lost with it, also while their node has not noticed that. */
const ON_ITS_WAY_MS = 12_000;

/** A whisper comes once, to whom it is for, unless they ignore its author; one that was refused does not come. */
export function checkWhispers(found: Findings): void {
  const heard = Map.groupBy(
    found.accounts.flatMap((account) =>
      account.whispers.filter(({ body }) => tokenOf(body)).map((whisper) => ({ account, ...whisper })),
    ),
    ({ body }) => body,
  );
  for (const account of found.accounts) {
    for (const { typed, refusals, uncertain, isSettled } of account.groups.values()) {
      for (const { text, atMs } of typed) {
        const [, to = "", body = ""] = WHISPER.exec(text) ?? [];
        if (body === "") continue;
        const came = heard.get(body) ?? [];
        heard.delete(body);
        if (came.length > 1) found.add("whisper", `${body} comes ${came.length} times`);
        const other = came.find((one) => one.account.key !== to.toLowerCase());
        if (other) found.add("whisper", `${body} for ${to} comes to ${who(other.account)}`);
        if (came.length > 0 && refusals > 0) found.add("whisper", `${body} is refused, and comes`);
        if (came.length > 0 || refusals + uncertain > 0 || !isSettled) continue;
        const mayBeUnseen = found.accounts.some(
          ({ key, endedAtMs, everIgnored }) =>
            key === to.toLowerCase() &&
            ((endedAtMs !== null && endedAtMs > atMs - ON_ITS_WAY_MS) || everIgnored.has(account.key)),
        );
        if (!mayBeUnseen) found.add("whisper", `${body} from ${who(account)} for ${to} does not come`);
      }
    }
  }
  for (const body of heard.keys()) found.add("whisper", `${body} comes, and nobody whispered it`);
}
