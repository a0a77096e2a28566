import t from "tap";
import type { z } from "zod";
import {
  apiKey,
  bytes,
  count,
  database,
  duration,
  hostName,
  logFormat,
  logLevel,
  origin,
  port,
  portOrOff,
  roomOrNone,
  text,
  userName,
} from "../../src/config/values.ts";

/** What each text is read as; a text that is no such value gives its problem, behind a `!`. */
function read(kind: z.ZodType<unknown, string>, ...texts: readonly string[]): unknown[] {
  return texts.map((text) => {
    const result = kind.safeParse(text);
    return result.success ? result.data : `!${result.error.issues[0]?.message}`;
  });
}

t.test("a port is a number up to 65535", async (t) => {
  t.same(read(port, "0", "1", "8080", "65535", "00080"), [0, 1, 8080, 65535, 80]);
  t.same(read(port, "65536", "99999"), Array(2).fill("!not a port: the highest is 65535"));
  const wrong = ["", "abc", "-1", "80.5", "1e3", "0x50", " 80", "80 ", "123456", "tcp://10.0.0.1:80", "8080\n"];
  t.same(read(port, ...wrong), Array(wrong.length).fill("!not a port"));
});

t.test("a port may be off where that is offered", async (t) => {
  t.same(read(portOrOff, "off", "0", "8079"), [null, 0, 8079]);
  for (const wrong of ["OFF", "none", "", "65536"]) t.notOk(portOrOff.safeParse(wrong).success, wrong);
});

t.test("a count is a whole number, and nothing that only begins like one", async (t) => {
  t.same(read(count, "0", "3", "007", "999999999999999"), [0, 3, 7, 999_999_999_999_999]);
  const wrong = ["", "12abc", "-1", "1.5", "1e9", "1_000", "1000000000000000", "Infinity", "NaN"];
  t.same(read(count, ...wrong), Array(wrong.length).fill("!not a whole number"));
});

t.test("a size is a number of bytes", async (t) => {
  t.same(read(bytes, "0", "2048", "2k", "2KiB"), [0, 2048, "!not a whole number", "!not a whole number"]);
});

t.test("a duration has a unit, and is read as milliseconds", async (t) => {
  t.same(
    read(duration, "0", "200ms", "30s", "0s", "5m", "12h", "1d"),
    [0, 200, 30_000, 0, 300_000, 43_200_000, 86_400_000],
  );
  t.same(read(duration, "1.5h", "0.25s", "1.001s"), [5_400_000, 250, 1001]);
  const wrong = [
    "",
    "30",
    "s",
    "30 s",
    "30S",
    "-1s",
    "1.s",
    ".5s",
    "30sec",
    "1h30m",
    "1w",
    "1y",
    "1e3s",
    "1.0001s",
    "1000000000ms",
  ];
  t.same(read(duration, ...wrong), Array(wrong.length).fill("!write a time such as 30s, 5m or 12h"));
});

t.test("a duration is no longer than a timer can wait", async (t) => {
  t.same(read(duration, "24d", "2147483.647s"), [2_073_600_000, 2_147_483_647]);
  t.same(read(duration, "2147483.648s", "25d", "999999999d"), Array(3).fill("!too long: up to 24d"));
});

t.test("a text is not empty", async (t) => {
  t.same(read(text, "127.0.0.1", " ", ""), ["127.0.0.1", " ", "!empty"]);
});

t.test("a room is a room's name, or none", async (t) => {
  t.same(read(roomOrNone, "none", "Lobby"), [null, { shown: "Lobby", key: "lobby" }]);
  for (const wrong of ["", "two words", "x".repeat(65), "grün"]) t.notOk(roomOrNone.safeParse(wrong).success, wrong);
});

t.test("a user's name is read as what names are compared by", async (t) => {
  t.same(read(userName, "Admin", "a_1"), ["admin", "a_1"]);
  t.same(read(userName, "", "a-b", "x".repeat(33)), Array(3).fill("!not a user's name"));
});

t.test("a database is a file, memory or PostgreSQL", async (t) => {
  t.same(read(database, "memory:", "sqlite:data/chatd.db", "sqlite:/x.db?max_pages=100"), [
    { type: "memory" },
    { type: "sqlite", path: "data/chatd.db", maxPages: null },
    { type: "sqlite", path: "/x.db", maxPages: 100 },
  ]);
  const planes = { host: "db", port: 5432, user: "chatd", password: null, database: "planes", tls: null };
  t.same(read(database, "postgres://chatd@db/planes", "postgresql://chatd:s%40@[::1]:1/planes?sslmode=verify-full"), [
    { type: "postgres", url: planes },
    { type: "postgres", url: { ...planes, host: "::1", port: 1, password: "s@", tls: true } },
  ]);
});

t.test("what is wrong with the URL of a database is told", async (t) => {
  const form = "write postgres://USER@HOST/DATABASE";
  const parameters = "behind the ? there may only be sslmode=… and host=…";
  const url = `not a URL: ${form}, and special characters of a name or a password as % and two hex digits`;
  const wrong: readonly (readonly [text: string, problem: string])[] = [
    ["postgres://chatd@/planes", `the host is missing: ${form}`],
    ["postgres://chatd:p@:5432/planes", `the host is missing: ${form}`],
    ["postgres://chatd@", `the host is missing: ${form}`],
    ["postgres://chatd@db", `the name of the database is missing: ${form}`],
    ["postgres://chatd@db/", `the name of the database is missing: ${form}`],
    ["postgres://db/planes", `the user is missing: ${form}`],
    ["postgres://", `the user is missing: ${form}`],
    ["postgres://chatd@db/planes?sslmode=prefer", "sslmode is not disable, require or verify-full"],
    ["postgres://chatd@db/planes?sslmode=constructor", "sslmode is not disable, require or verify-full"],
    ["postgres://chatd@db/planes?timeout=1", parameters],
    ["postgres://chatd:p%zz@db/planes", url],
    ["postgres://chatd:p?ss@db/planes", url],
    ["postgres://chatd:p#ss@db/planes", url],
    ["postgres://chatd@db:99999/planes", url],
    ["postgres:planes", url],
    ["sqlite:", "the path is missing: write sqlite:PATH"],
    ["sqlite:?max_pages=1", "the path is missing: write sqlite:PATH"],
    ["sqlite:x?max_pages=", "behind the path there may only be ?max_pages=N"],
    ["sqlite:x?a=1", "behind the path there may only be ?max_pages=N"],
    ...["", "memory", "memory:x", "mysql://x", "chatd.db"].map(
      (text) => [text, "not a database: write sqlite:PATH, memory: or postgres://USER@HOST/DATABASE"] as const,
    ),
  ];
  for (const [text, problem] of wrong) t.same(read(database, text), [`!${problem}`], text);
});

t.test("levels and formats of the log are those that there are", async (t) => {
  for (const level of ["trace", "debug", "info", "warn", "error", "fatal", "silent"])
    t.same(read(logLevel, level), [level]);
  for (const format of ["auto", "text", "json"]) t.same(read(logFormat, format), [format]);
  for (const wrong of ["", "INFO", "verbose"]) t.notOk(logLevel.safeParse(wrong).success, wrong);
  t.same(read(logFormat, "", "JSON", "pretty"), Array(3).fill("!write auto, text or json"));
});

t.test("an API key is what a header can carry, and a wrong one is not repeated", async (t) => {
  t.same(read(apiKey, "k", "aZ09-._~+/=="), ["k", "aZ09-._~+/=="]);
  const problem = "!a key may have letters, digits and -._~+/ alone. Try: openssl rand -hex 24";
  const wrong = ["", "two words", "a=b", "key,", "кл\u044eч", "key\n"];
  t.same(read(apiKey, ...wrong), Array(wrong.length).fill(problem));
});

t.test("a host's name is compared in lower case, and has no port", async (t) => {
  t.same(read(hostName, "Chat.Example.", "planes", "192.0.2.1"), ["chat.example", "planes", "192.0.2.1"]);
  const wrong = ["", "chat.example:8081", "http://chat.example", "-a", "a b", "."];
  t.same(read(hostName, ...wrong), Array(wrong.length).fill("!not a host's name such as chat.example, without a port"));
});

t.test("a web site is told as browsers tell it, without a path", async (t) => {
  t.same(read(origin, "https://App.example", "http://app.example:8080/", "https://app.example:443"), [
    "https://app.example",
    "http://app.example:8080",
    "https://app.example",
  ]);
  t.same(read(origin, "https://app.example/page"), ["!write https://app.example, without a path"]);
  const wrong = ["", "app.example", "*", "null", "ftp://app.example"];
  t.same(read(origin, ...wrong), Array(wrong.length).fill("!not a web site such as https://app.example"));
});
