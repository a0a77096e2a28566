import t from "tap";
import { verdictOn } from "../../../src/chat/sessions/verdict.ts";
import { parseUserName } from "../../../src/domain/names.ts";
import { SecretReturnCodes } from "../../../src/gate/return-codes.ts";
import { type Absence, NOWHERE } from "../../../src/ports/absence.ts";

const HOME = "192.0.2.1";
const ELSEWHERE = "198.51.100.1";

/** Codes whose next number is 100. */
const codes = new SecretReturnCodes("", () => 100);

function anAbsence(numbers: readonly number[], needsCode = false): Absence {
  const name = parseUserName("one");
  if (!name) throw new Error("no name");
  const kept = { ...NOWHERE, hasRightsIn: [], standing: 0, seenMicros: 0, untilMicros: 1, sinceMicros: 0 };
  return { id: 7, name, address: HOME, codes: numbers, needsCode, ...kept };
}

t.test("a return by the address adds a code at the end, and the others stay", (t) => {
  t.same(verdictOn(codes, anAbsence([0]), HOME, null), [0, 100]);
  t.same(verdictOn(codes, anAbsence([5, 3, 9]), HOME, "0000-0000"), [5, 3, 9, 100], "also with a mistyped code");
  t.end();
});

t.test("a return by a code voids it and all behind it, from wherever it is", (t) => {
  for (const [number, left] of [
    [5, [100]],
    [3, [5, 100]],
    [9, [5, 3, 100]],
  ] as const) {
    t.same(verdictOn(codes, anAbsence([5, 3, 9]), ELSEWHERE, codes.of(7, number)), left);
  }
  t.equal(verdictOn(codes, anAbsence([5, 3, 9]), ELSEWHERE, codes.of(7, 0)), "stays", "a code that is void");
  t.end();
});

t.test("whoever gave no sign comes back by a code alone, and ends for who takes the name at their address", (t) => {
  const absence = anAbsence([0], true);
  t.same(verdictOn(codes, absence, ELSEWHERE, codes.of(7, 0)), [100]);
  t.equal(verdictOn(codes, absence, HOME, null), "ends");
  t.equal(verdictOn(codes, absence, HOME, "0000-0000"), "stays", "a mistyped code ends nothing");
  t.equal(verdictOn(codes, absence, ELSEWHERE, null), "stays");
  t.end();
});

t.test("of eight codes the last one gives way to the next", (t) => {
  const full = [1, 2, 3, 4, 5, 6, 7, 8];
  t.same(verdictOn(codes, anAbsence(full), HOME, null), [1, 2, 3, 4, 5, 6, 7, 100]);
  t.same(verdictOn(codes, anAbsence(full), HOME, codes.of(7, 8)), [1, 2, 3, 4, 5, 6, 7, 100]);
  t.end();
});
