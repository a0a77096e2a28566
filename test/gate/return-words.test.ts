import t from "tap";
import { SecretReturnWords } from "../../src/gate/return-words.ts";

t.test("a session has the same words each time, and another one, or another server, has others", (t) => {
  const words = new SecretReturnWords("secret");
  t.match(words.of(1), /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  t.equal(words.of(1), new SecretReturnWords("secret").of(1));
  t.not(words.of(1), words.of(2));
  t.not(words.of(1), new SecretReturnWords("other").of(1));
  t.end();
});

t.test("words fit as people type them, and no others do", (t) => {
  // Its words have what is taken for other letters.
  const words = new SecretReturnWords("secret");
  const session = Array.from({ length: 1000 }, (_, i) => i).find((i) => /0.*1|1.*0/.test(words.of(i))) ?? 0;
  const told = words.of(session);
  for (const typed of [
    told,
    told.toLowerCase(),
    told.replace("-", ""),
    told.replaceAll("0", "o").replaceAll("1", "l"),
  ]) {
    t.equal(words.fit(session, typed), true, typed);
  }
  for (const typed of [
    "",
    "-",
    told.slice(1),
    `${told}0`,
    told.replace(/.$/, (last) => (last === "X" ? "Y" : "X")),
    "🔑🔑",
  ]) {
    t.equal(words.fit(session, typed), false, typed);
  }
  t.equal(words.fit(session + 1, told), false);
  t.end();
});
