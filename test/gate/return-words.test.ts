import t from "tap";
import { SecretReturnWords } from "../../src/gate/return-words.ts";

t.test("a session has the same words each time, and another one, number or server has others", (t) => {
  const words = new SecretReturnWords("secret");
  t.match(words.of(1, 0), /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  t.equal(words.of(1, 0), new SecretReturnWords("secret").of(1, 0));
  t.not(words.of(1, 0), words.of(2, 0));
  t.not(words.of(1, 0), words.of(1, 1));
  t.not(words.of(1, 0), new SecretReturnWords("other").of(1, 0));
  t.end();
});

t.test("words fit as people type them, and no others do", (t) => {
  // Its words have what is taken for other letters.
  const words = new SecretReturnWords("secret");
  const session = Array.from({ length: 1000 }, (_, i) => i).find((i) => /0.*1|1.*0/.test(words.of(i, 3))) ?? 0;
  const told = words.of(session, 3);
  for (const typed of [
    told,
    told.toLowerCase(),
    told.replace("-", ""),
    told.replaceAll("0", "o").replaceAll("1", "l"),
  ]) {
    t.equal(words.fit(session, 3, typed), true, typed);
  }
  for (const typed of [
    "",
    "-",
    told.slice(1),
    `${told}0`,
    told.replace(/.$/, (last) => (last === "X" ? "Y" : "X")),
    "🔑🔑",
  ]) {
    t.equal(words.fit(session, 3, typed), false, typed);
  }
  t.equal(words.fit(session + 1, 3, told), false);
  t.equal(words.fit(session, 4, told), false);
  t.end();
});
