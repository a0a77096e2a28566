import t from "tap";
import { listSome } from "../../src/formats/text/phrases.ts";

t.test("up to three names are all said, of more the first two and how many others", async (t) => {
  const names = ["one", "two", "three", "four"];
  t.equal(listSome(names, 1), "one");
  t.equal(listSome(names, 2), "one and two");
  t.equal(listSome(names, 3), "one, two and three");
  t.equal(listSome(names, 4), "one, two and 2 others");
  t.equal(listSome(names, 1000), "one, two and 998 others");
});
