import type { Absence, CodeNumbers } from "../../ports/absence.ts";
import type { Verdict } from "../../ports/presence.ts";
import type { ReturnCodes } from "../../ports/return-codes.ts";

/** A session that somebody may come back to by one of its codes. */
type Coded = Pick<Absence, "codes" | "id">;

/** Maximum number of codes of a session: with a full list, the last one gives way to the next. */
const MAX_CODES = 8;

/** Whether somebody typed one of the codes of a session. */
export function isCodeOf(returnCodes: ReturnCodes, session: Coded, typed: string): boolean {
  return placeOf(returnCodes, session, typed) !== null;
}

/**
 * Returns what an absence is to somebody who asks for its name. Whoever comes back by their address alone may be a neighbour:
 * their code goes behind all others. Whoever comes back by a code voids it and all behind it.
 * @param typed the code that they typed; null: none
 */
export function verdictOn(returnCodes: ReturnCodes, absence: Absence, address: string, typed: string | null): Verdict {
  const { codes } = absence;
  const place = typed === null ? null : placeOf(returnCodes, absence, typed);
  if (place !== null) return withNext(returnCodes, codes, place);
  if (absence.address !== address) return "stays";
  // A mistyped code takes nothing from what the address gives.
  if (!absence.needsCode) return withNext(returnCodes, codes, codes.length);
  return typed === null ? "ends" : "stays";
}

/** The place of a code in the list of its session; null: it is none of them. */
function placeOf(returnCodes: ReturnCodes, { id, codes }: Coded, typed: string): number | null {
  const place = codes.findIndex((number) => returnCodes.fits(id, number, typed));
  return place === -1 ? null : place;
}

/** The codes after a return. Nobody is told one that was told before. */
function withNext(returnCodes: ReturnCodes, codes: CodeNumbers, place: number): CodeNumbers {
  return [...codes.slice(0, Math.min(place, MAX_CODES - 1)), returnCodes.next()];
}
