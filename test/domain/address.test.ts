import t from "tap";
import { isLoopback, networkOf, parseAddress } from "../../src/domain/address.ts";

t.test("an address has one form, and an IPv4 address in IPv6's clothes is that IPv4 address", async (t) => {
  const table: Readonly<Record<string, string>> = {
    "192.0.2.1": "192.0.2.1",
    "::ffff:192.0.2.1": "192.0.2.1",
    "::FFFF:c000:0201": "192.0.2.1",
    "0:0:0:0:0:ffff:192.0.2.1": "192.0.2.1",
    "2001:DB8:0:0::1": "2001:db8::1",
    "2001:db8:0000:0000:0000:0000:0000:0001": "2001:db8::1",
    "fe80::1%eth0": "fe80::1",
    "::1": "::1",
    "::": "::",
  };
  for (const [text, address] of Object.entries(table)) t.equal(parseAddress(text), address, text);
});

t.test("what a C library takes for an address, and nobody who types one, is none", async (t) => {
  const words = [
    "",
    "1.2.3",
    "0x7f.1",
    "127.1",
    "2130706433",
    "1.2.3.256",
    "1.2.3.4.5",
    "::g",
    "1::2::3",
    "one",
    " ::1",
  ];
  for (const text of words) t.equal(parseAddress(text), null, text);
});

t.test("limits count an IPv4 address by itself, and an IPv6 /64 as one", async (t) => {
  t.equal(networkOf("192.0.2.1"), "192.0.2.1");
  t.equal(networkOf("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  t.equal(networkOf("2001:db8:1:2::"), "2001:db8:1:2::/64");
  t.not(networkOf("2001:db8:1:3::"), "2001:db8:1:2::/64");
});

t.test("a loopback address is one that this machine alone reaches", async (t) => {
  for (const one of ["127.0.0.1", "127.9.8.7", "::1", "0:0::1", "::ffff:127.0.0.1", "localhost"])
    t.ok(isLoopback(one), one);
  const others = [
    "0.0.0.0",
    "::",
    "128.0.0.1",
    "192.0.2.1",
    "fe80::1",
    "::ffff:10.0.0.1",
    "localhost.example",
    "2130706433",
  ];
  for (const one of others) t.notOk(isLoopback(one), one);
});
