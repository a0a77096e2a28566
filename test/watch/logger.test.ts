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

t.test("a plain line is the event, and whom or what it is about", async (t) => {
  const lines = await logged(t, { logFormat: "text" }, (log) => {
    log.info("Stopped");
    log.info({ name: "one", address: "127.0.0.1" }, "User connected");
    log.info({ port: 8080, pid: 12, version: "1.0.0" }, "Started");
    log.error({ what: "handle a line", err: new Error("no way") }, "Something failed");
    log.error({ err: new Error("no disk") }, "The store failed");
    log.warn({ what: ["port", "host"] }, "Settings that need a restart");
  });
  t.same(lines.split("\n"), [
    "Stopped",
    "User connected: one",
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
  t.equal(lines, "two\nthree\n");
});
