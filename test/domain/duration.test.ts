import t from "tap";
import { durationWords, MAX_BAN_MS, parseBanTime, parseDuration } from "../../src/domain/duration.ts";

t.test("a number and its unit are milliseconds, and 0 needs no unit", async (t) => {
  const table = { "200ms": 200, "30s": 30_000, "10m": 600_000, "1.5h": 5_400_000, "7d": 604_800_000, "0": 0, "0s": 0 };
  for (const [text, ms] of Object.entries(table)) t.equal(parseDuration(text), ms, text);
});

t.test("anything else is none", async (t) => {
  const words = [
    "",
    "10",
    "m",
    "10 m",
    "-1s",
    "+1s",
    "1e3s",
    "1y",
    "1w",
    "1h30m",
    ".5h",
    "1.h",
    "1234567890s",
    "1S",
    "Infinity",
  ];
  for (const text of words) t.equal(parseDuration(text), null, text);
});

t.test("the time of a ban is longer than nothing, and up to 36500 days", async (t) => {
  t.equal(parseBanTime("1ms"), 1);
  t.equal(parseBanTime("36500d"), MAX_BAN_MS);
  t.equal(parseBanTime("876000h"), MAX_BAN_MS);
  for (const text of ["", "soon", "0", "0d", "0.1ms"]) t.equal(parseBanTime(text), "not-a-duration", text);
  for (const text of ["876000.001h", "36500.001d", "999999999d"]) t.equal(parseBanTime(text), "ban-too-long", text);
});

t.test("a duration is told in the largest unit of which it is a whole number", (t) => {
  for (const [duration, words] of [
    ["90d", "90 days"],
    ["1d", "1 day"],
    ["24h", "1 day"],
    ["36h", "36 hours"],
    ["90m", "90 minutes"],
    ["1m", "1 minute"],
    ["90s", "90 seconds"],
    ["1s", "1 second"],
    ["1.4s", "1 second"],
  ] as const) {
    t.equal(durationWords(parseDuration(duration) ?? 0), words, duration);
  }
  t.end();
});
