import t from "tap";
import { SecretReturnCodes } from "../../src/gate/return-codes.ts";

t.test("a session has the same code each time, and another one, number or server has another", (t) => {
  const codes = new SecretReturnCodes("secret");
  t.match(codes.of(1, 0), /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  t.equal(codes.of(1, 0), new SecretReturnCodes("secret").of(1, 0));
  t.not(codes.of(1, 0), codes.of(2, 0));
  t.not(codes.of(1, 0), codes.of(1, 1));
  t.not(codes.of(1, 0), new SecretReturnCodes("other").of(1, 0));
  t.end();
});

t.test("no number comes again", (t) => {
  const codes = new SecretReturnCodes("secret");
  const numbers = Array.from({ length: 100 }, () => codes.next());
  t.equal(new Set([0, ...numbers]).size, 101, "also not that of a first code");
  t.ok(numbers.every((number) => Number.isInteger(number) && number > 0 && number < 2 ** 31));
  t.end();
});

t.test("a code fits as people type it, and no other does", (t) => {
  // Its code has characters that are taken for others.
  const codes = new SecretReturnCodes("secret");
  const session = Array.from({ length: 1000 }, (_, i) => i).find((i) => /0.*1|1.*0/.test(codes.of(i, 3))) ?? 0;
  const told = codes.of(session, 3);
  for (const typed of [
    told,
    told.toLowerCase(),
    told.replace("-", ""),
    told.replaceAll("0", "o").replaceAll("1", "l"),
  ]) {
    t.equal(codes.fits(session, 3, typed), true, typed);
  }
  for (const typed of [
    "",
    "-",
    told.slice(1),
    `${told}0`,
    told.replace(/.$/, (last) => (last === "X" ? "Y" : "X")),
    "🔑🔑",
  ]) {
    t.equal(codes.fits(session, 3, typed), false, typed);
  }
  t.equal(codes.fits(session + 1, 3, told), false);
  t.equal(codes.fits(session, 4, told), false);
  t.end();
});
