import t from "tap";
import { clockTime, date, durationWords, endTime } from "../../src/formats/text/times.ts";

/** 2026-11-20 20:04:59.999999 UTC. */
const AT = Date.UTC(2026, 10, 20, 20, 4, 59, 999) * 1000 + 999;
const MINUTE = 60_000_000;
const DAY = 24 * 60 * MINUTE;

t.test("a time is hours and minutes of UTC", async (t) => {
  t.equal(clockTime(AT), "20:04");
  t.equal(clockTime(0), "00:00");
  t.equal(clockTime(DAY - 1), "23:59");
});

t.test("a date is year, month and day of UTC", async (t) => {
  t.equal(date(AT), "2026-11-20");
  t.equal(date(0), "1970-01-01");
});

t.test(
  "an end is shown to the next minute, so that it is over by then, and with its date on another day",
  async (t) => {
    t.equal(endTime(AT, AT), "20:05 UTC");
    t.equal(endTime(AT + 1, AT), "20:05 UTC");
    t.equal(endTime(AT + 2, AT), "20:06 UTC");
    t.equal(endTime(AT + 1 + 235 * MINUTE, AT), "2026-11-21 00:00 UTC");
    t.equal(endTime(AT + DAY, AT), "2026-11-21 20:05 UTC");
    t.equal(endTime(Number.MAX_SAFE_INTEGER - 1, AT), "2255-06-05 23:48 UTC");
  },
);

t.test("a duration is in words, and hides what storing took", async (t) => {
  const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
  for (const [ms, words] of [
    [0, "1 second"],
    [200, "1 second"],
    [30 * second - 20, "30 seconds"],
    [minute - 20, "1 minute"],
    [90 * second - 20, "1 minute, 30 seconds"],
    [10 * minute - 2 * second, "10 minutes"],
    [10 * minute + 2 * second, "10 minutes"],
    [hour - 2 * second, "1 hour"],
    [90 * minute - 20 * second, "1 hour, 30 minutes"],
    [12 * hour - 20 * second, "12 hours"],
    [day - 20 * second, "1 day"],
    [36 * hour - minute, "1 day, 12 hours"],
    [7 * day - minute, "7 days"],
    [36_500 * day - minute, "36,500 days"],
  ] as const) {
    t.equal(durationWords(ms), words, `${ms} ms`);
  }
});
