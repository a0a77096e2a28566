import { type NameKey, parseUserName } from "./names.ts";

/** Whom an entry is about. */
export interface Subject {
  /** The session; 0 where nobody of that name was there. */
  readonly id: number;
  readonly name: string;
  readonly key: NameKey;
  /** When what was done to them ends, in microseconds since 1970; null: it does not. */
  readonly untilMicros: number | null;
}

/** Somebody who is here, as an entry names them. */
interface Somebody {
  readonly id: number;
  readonly name: { readonly shown: string };
}

/** The body of an entry about somebody: `ID NAME`, or `ID NAME UNTIL`; empty for nobody. */
export function subjectBody(somebody: Somebody | null, until: number | null = null): string {
  if (!somebody) return "";
  return `${somebody.id} ${somebody.name.shown}${until === null ? "" : ` ${until}`}`;
}

export function parseSubject(body: string): Subject | null {
  const [id = "", shown = "", until] = body.split(" ");
  const name = parseUserName(shown);
  return (
    name && { id: Number(id), name: shown, key: name.key, untilMicros: until === undefined ? null : Number(until) }
  );
}
