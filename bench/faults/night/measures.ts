import type { StoredEntry, Transcript } from "../history.ts";
import { texts } from "../../../src/formats/text/sentences.ts";
import { percentile } from "../../measure/statistics.ts";

/** Texts that say that a line was not stored. */
const NOT_STORED = /not stored|cannot be stored|Too many lines/;
const BODY = /^(?:\/me )?(t\d+\.\d+)$/;
const HEARD = /^(?:#[\w-]+ )?\[\w+\]: (t\d+\.\d+)$/;

/** What people did and how long they waited. */
export interface Measures {
  readonly said: number;
  readonly stored: number;
  /** Lines whose author was told that they were not stored. */
  readonly refused: number;
  /** Lines that are not stored, and whose author was told nothing before the connection ended. */
  readonly withoutWord: number;
  /** From the moment when all faults were healed until the last answer came to what was typed before it. */
  readonly recoveryMs: number;
  /** From typing to reading, of lines that were typed after that. */
  readonly p99Ms: number;
  /** The longest that anybody waited at the login for a name that nobody else wants. */
  readonly loginMs: number;
}

export function measure(
  transcripts: readonly Transcript[],
  entries: readonly StoredEntry[],
  healedAtMs: number,
  isRival: (name: string) => boolean,
): Measures {
  const stored = new Set(entries.map(({ body }) => body));
  const typedAtMs = new Map<string, number>();
  const waitedMs: number[] = [];
  let [said, kept, refused, withoutWord, recoveryMs] = [0, 0, 0, 0, 0];
  for (const { moments } of transcripts) {
    const open = new Map<number, { readonly atMs: number; readonly bodies: string[] }>();
    for (const moment of moments) {
      if (moment.type === "typed") {
        const group = open.get(moment.group) ?? { atMs: moment.atMs, bodies: [] };
        open.set(moment.group, group);
        const body = BODY.exec(moment.text)?.[1];
        if (body === undefined) continue;
        group.bodies.push(body);
        typedAtMs.set(body, moment.atMs);
        said += 1;
        if (stored.has(body)) kept += 1;
      } else if (moment.type === "settled") {
        const isOld = (open.get(moment.group)?.atMs ?? Infinity) < healedAtMs;
        if (isOld) recoveryMs = Math.max(recoveryMs, moment.atMs - healedAtMs);
        open.delete(moment.group);
      } else if (moment.type === "got" && NOT_STORED.test(moment.text)) refused += 1;
    }
    // Who leaves without waiting wants no answer.
    const isCut = !moments.some(
      (moment) =>
        (moment.type === "ended" && moment.by === "person") || (moment.type === "typed" && moment.text === "/quit"),
    );
    const unanswered = [...open.values()].flatMap(({ bodies }) => bodies).filter((body) => !stored.has(body));
    if (isCut) withoutWord += unanswered.length;
  }
  for (const { moments } of transcripts) {
    for (const moment of moments) {
      const body = moment.type === "got" ? HEARD.exec(moment.text)?.[1] : undefined;
      const fromMs = typedAtMs.get(body ?? "");
      if (fromMs !== undefined && fromMs > healedAtMs) waitedMs.push(moment.atMs - fromMs);
    }
  }
  const loginMs = Math.max(0, ...transcripts.filter(({ name }) => !isRival(name)).map(loginOf));
  return { said, stored: kept, refused, withoutWord, recoveryMs, p99Ms: percentile(waitedMs, 0.99), loginMs };
}

function loginOf({ name, moments }: Transcript): number {
  const welcome = moments.find((moment) => moment.type === "got" && moment.text === texts.welcome(name));
  const [first] = moments;
  return welcome && first ? welcome.atMs - first.atMs : 0;
}
