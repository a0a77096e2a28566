import { execFileSync } from "node:child_process";
import t from "tap";
import {
  adminSocketOf,
  admissionLimits,
  connectionSettings,
  databaseOf,
  tlsFiles,
} from "../../src/config/settings-of.ts";
import { aConfig } from "../support/sockets/daemon.ts";

t.test("the operator's socket is in the data directory, or where somebody says, or nowhere", async (t) => {
  const socketOf = (adminSocket: string | null) => adminSocketOf({ adminSocket, dataDir: "data" });
  t.equal(socketOf(null), "data/admin.sock");
  t.equal(socketOf("/run/chatd.sock"), "/run/chatd.sock");
  t.equal(socketOf("off"), null);
});

t.test("the database is in the data directory, or where somebody says", async (t) => {
  t.same(databaseOf({ ...aConfig(), database: null, dataDir: "there" }), {
    type: "sqlite",
    path: "there/chatd.db",
    maxPages: null,
  });
  t.same(databaseOf(aConfig({ database: "memory:" })), { type: "memory" });
});

t.test("messages are kept for good or for a time, and in memory as long as the process lives", async (t) => {
  const file = { database: "sqlite:there/chatd.db" };
  t.equal(connectionSettings(aConfig(file)).keepMs, 0);
  t.equal(connectionSettings(aConfig({ ...file, keep: "90d" })).keepMs, 90 * 24 * 60 * 60 * 1000);
  t.equal(connectionSettings(aConfig({ database: "memory:" })).keepMs, null);
});

t.test("there are as many connections as files may be open, less 200, unless somebody says", async (t) => {
  const files = Number(execFileSync("sh", ["-c", "ulimit -Hn"], { encoding: "utf8" }));
  t.equal(admissionLimits(aConfig()).maxConnections, Number.isNaN(files) ? 0 : files - 200);
  t.equal(admissionLimits(aConfig({ maxConnections: "7" })).maxConnections, 7);
  t.equal(admissionLimits(aConfig({ maxConnections: "0" })).maxConnections, 0);
});

t.test("trusted ranges are read", async (t) => {
  const { trustedProxy } = admissionLimits(aConfig({ trustedProxy: ["10.0.0.0/8", "192.0.2.1"] }));
  t.ok(trustedProxy.contains("10.1.2.3") && trustedProxy.contains("192.0.2.1"));
  t.notOk(trustedProxy.contains("192.0.2.2"));
});

t.test("TLS needs a port and both files", async (t) => {
  t.equal(tlsFiles(aConfig()), null);
  t.same(tlsFiles(aConfig({ tlsPort: "0", tlsCert: "c.pem", tlsKey: "k.pem" })), { cert: "c.pem", key: "k.pem" });
});
