import type { Absence, CodeNumbers } from "../../ports/absence.ts";
import type { Verdict } from "../../ports/presence.ts";
import type { ReturnCodes } from "../../ports/return-codes.ts";

/** A session that somebody may come back to, by one of two codes. */
type Coded = Pick<Absence, "codes" | "id">;

/** Returns the number of the code that somebody typed; null: it is none by which they may come back. */
export function numberOfCode(returnCodes: ReturnCodes, { id, codes }: Coded, typed: string): number | null {
  return [codes.own, codes.last].find((number) => returnCodes.fits(id, number, typed)) ?? null;
}

/**
 * Returns what an absence is to somebody who asks for its name. Whoever comes back by their address alone may be a neighbour:
 * they are told a code of their own, and the one of whoever began the session holds until its person comes back by it.
 * @param typed the code that they typed; null: none
 */
export function verdictOn(returnCodes: ReturnCodes, absence: Absence, address: string, typed: string | null): Verdict {
  const { codes } = absence;
  const number = typed === null ? null : numberOfCode(returnCodes, absence, typed);
  if (number !== null) return codesAfter(codes, number === codes.own);
  if (absence.needsCode) return typed === null ? "ends" : "stays";
  // A mistyped code takes nothing from what the address gives.
  return absence.address === address ? codesAfter(codes, false) : "stays";
}

/** The codes after a return: nobody is told one twice. */
function codesAfter({ own, last }: CodeNumbers, isOwn: boolean): CodeNumbers {
  const next = last + 1;
  return { own: isOwn ? next : own, last: next };
}
