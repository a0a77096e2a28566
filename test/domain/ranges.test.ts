import t from "tap";
import { parseRange, Ranges } from "../../src/domain/ranges.ts";

t.test("a range has one form: host bits are cut, and a range of one is an address", async (t) => {
  const table: Readonly<Record<string, string>> = {
    "10.1.2.3/8": "10.0.0.0/8",
    "10.0.0.0/8": "10.0.0.0/8",
    "192.0.2.1": "192.0.2.1",
    "192.0.2.1/32": "192.0.2.1",
    "0.0.0.0/0": "0.0.0.0/0",
    "::/0": "::/0",
    "2001:DB8::1/32": "2001:db8::/32",
    "2001:db8::1/128": "2001:db8::1",
    "::ffff:10.1.2.3": "10.1.2.3",
    "::ffff:10.1.2.3/104": "10.0.0.0/8",
  };
  for (const [text, range] of Object.entries(table)) t.equal(parseRange(text), range, text);
});

t.test("anything else is no range", async (t) => {
  const words = [
    "",
    "/8",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "::/129",
    "one/8",
    "10.0.0.0/1e1",
  ];
  for (const text of [...words, "::ffff:10.0.0.0/95", "10.0/8"]) t.equal(parseRange(text), null, text);
});

t.test("an address is in its ranges, at their borders too, and in none of the other family", async (t) => {
  const ranges = new Ranges(["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"]);
  for (const inside of ["10.0.0.0", "10.255.255.255", "192.0.2.1", "2001:db8::", "2001:db8:ffff::1"]) {
    t.ok(ranges.contains(inside), inside);
  }
  for (const outside of ["9.255.255.255", "11.0.0.0", "192.0.2.2", "2001:db9::", "::1"]) {
    t.notOk(ranges.contains(outside), outside);
  }
  t.ok(new Ranges(["0.0.0.0/0"]).contains("192.0.2.7"));
  t.notOk(new Ranges(["0.0.0.0/0"]).contains("2001:db8::1"));
  t.ok(new Ranges(["2001:db8::1"]).contains("2001:db8::1"));
  t.notOk(new Ranges([]).contains("10.0.0.1"));
});
