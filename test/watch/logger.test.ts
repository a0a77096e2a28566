import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "pino";
import t, { type Test } from "tap";
import { createLogger, type LoggerSettings } from "../../src/watch/logger.ts";
import { aFolder } from "../support/sockets/daemon.ts";

/** What is in the file after `write` has logged. */
async function logged(t: Test, settings: Partial<LoggerSettings>, write: (log: Logger) => void): Promise<string> {
  const logFile = join(aFolder(t), "folder", "chatd.log");
  write(await createLogger({ logLevel: "info", logFormat: "auto", ...settings, logFile }));
  return readFileSync(logFile, "utf8");
}

t.test("a log file is JSON, and each event is there as soon as it happened", async (t) => {
  const log = await logged(t, {}, (log) => log.info({ name: "one", address: "127.0.0.1" }, "User connected"));
  t.match(JSON.parse(log), { level: 30, name: "one", address: "127.0.0.1", msg: "User connected" });
  t.same(Object.keys(JSON.parse(log) as object), ["level", "time", "name", "address", "msg"]);
});

/** The lines without the time that each begins with. */
function withoutTimes(lines: string): string[] {
  return lines.split("\n").map((line) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ /, ""));
}

t.test("a plain line begins with the time, in UTC", async (t) => {
  // The last of two fields of one name counts.
  const lines = await logged(t, { logFormat: "text" }, (log) => log.info({ time: 1_795_000_000_999 }, "Stopped"));
  t.equal(lines, "2026-11-18 11:06:40Z Stopped\n");
});

t.test("a plain line is the event, whom or what it is about, and from where and why", async (t) => {
  const lines = await logged(t, { logFormat: "text" }, (log) => {
    log.info("Stopped");
    log.info({ name: "one", address: "127.0.0.1" }, "User connected");
    log.info({ name: "one", address: "127.0.0.1", reason: "quit" }, "User disconnected");
    log.info({ address: "127.0.0.1", protocol: "http" }, "Not a telnet client");
    log.info({ address: "127.0.0.1", reason: "banned", what: "banned", more: 3 }, "Turned away");
    log.info({ port: 8080, pid: 12, version: "1.0.0" }, "Started");
    log.error({ what: "handle a line", err: new Error("no way") }, "Something failed");
    log.error({ err: new Error("no disk") }, "The store failed");
    log.warn({ what: ["port", "host"] }, "Settings that need a restart");
  });
  t.same(withoutTimes(lines), [
    "Stopped",
    "User connected: one (127.0.0.1)",
    "User disconnected: one (127.0.0.1, quit)",
    "Not a telnet client (127.0.0.1, http)",
    "Turned away: banned (127.0.0.1, 3 more)",
    "Started",
    "Something failed: handle a line: no way",
    "The store failed: no disk",
    "Settings that need a restart: port, host",
    "",
  ]);
});

t.test("json is JSON, also where text would be usual", async (t) => {
  const log = await logged(t, { logFormat: "json" }, (log) => log.info("Stopped"));
  t.match(JSON.parse(log), { msg: "Stopped" });
});

t.test("an error in JSON has its message and where it came from", async (t) => {
  const log = await logged(t, {}, (log) => log.error({ err: new Error("no disk") }, "The store failed"));
  t.match(JSON.parse(log), { level: 50, err: { message: "no disk", stack: /logger\.test\.ts/ } });
});

t.test("what is below the level is not logged, and the level can be changed", async (t) => {
  const lines = await logged(t, { logLevel: "warn", logFormat: "text" }, (log) => {
    log.info("one");
    log.warn("two");
    log.level = "info";
    log.info("three");
    log.level = "silent";
    log.fatal("four");
  });
  t.same(withoutTimes(lines), ["two", "three", ""]);
});
