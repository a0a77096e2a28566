import t from "tap";
import { parseLoginName, parseRoomName, parseUserName } from "../../src/domain/names.ts";

t.test("a user's name is 1 to 32 letters, digits and _, and not _ alone", (t) => {
  for (const name of ["a", "0", "_a", "7_", "__x__", "Bob_7", "x".repeat(32)])
    t.equal(parseUserName(name)?.shown, name, name);
  const wrong = [
    "",
    "_",
    "__",
    "_".repeat(32),
    "x".repeat(33),
    "a b",
    " a",
    "a ",
    "a-b",
    "a.b",
    "é",
    "а",
    "ｂ",
    "a\n",
    "a\u200b",
    "🙂",
  ];
  for (const name of wrong) t.equal(parseUserName(name), null, JSON.stringify(name));
  t.end();
});

t.test("whoever logs in has a letter in their name", (t) => {
  for (const name of ["a", "_a", "7B", "14_people"]) t.equal(parseLoginName(name)?.shown, name, name);
  for (const name of ["0", "14", "1_4", "_", "", "a b", "x".repeat(33)]) t.equal(parseLoginName(name), null, name);
  t.end();
});

t.test("a room's name is 1 to 64 letters, digits, _ and -", (t) => {
  for (const name of ["a", "-", "_", "7", "my-Room_1", "x".repeat(64)]) {
    t.equal(parseRoomName(name)?.shown, name, name);
  }
  for (const name of ["", "x".repeat(65), "a b", "a.b", "#a", "ä", "a\n"]) {
    t.equal(parseRoomName(name), null, JSON.stringify(name));
  }
  t.end();
});

t.test("names are shown as written and compared without case", (t) => {
  t.equal(parseUserName("BoB")?.shown, "BoB");
  t.equal(parseUserName("BoB")?.key, parseUserName("bOb")?.key);
  t.not(parseUserName("bob")?.key, parseUserName("bob_")?.key);
  t.equal(parseRoomName("PLANES")?.key, parseRoomName("planes")?.key);
  t.end();
});

t.test("letters that only fold to ASCII elsewhere are no letters here", (t) => {
  // KELVIN SIGN lower-cases to k, and U+017F upper-cases to S.
  t.equal(parseUserName("\u212aelvin"), null);
  t.equal(parseUserName("\u017fam"), null);
  t.end();
});
