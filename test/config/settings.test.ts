import t from "tap";
import { reservedNames } from "../../src/config/reserved-names.ts";
import { resolveConfig } from "../../src/config/resolve.ts";
import { flagName, variableName } from "../../src/config/setting.ts";
import { settingEntries, settingGroups } from "../../src/config/settings.ts";

t.test("a setting has one name in each place", async (t) => {
  t.equal(flagName("port"), "port");
  t.equal(flagName("maxLineBytes"), "max-line-bytes");
  t.equal(variableName("port"), "CHATD_PORT");
  t.equal(variableName("maxLineBytes"), "CHATD_MAX_LINE_BYTES");
});

t.test("the defaults are those of the contract", async (t) => {
  const resolved = resolveConfig([]);
  t.match(resolved, {
    config: {
      host: null,
      port: 8080,
      httpHost: ["127.0.0.1"],
      httpPort: 8081,
      httpTlsPort: null,
      apiKey: [],
      httpName: [],
      httpOrigin: [],
      httpRate: 20,
      httpBurst: 100,
      applicationRate: 0,
      opsHost: "127.0.0.1",
      opsPort: 8079,
      database: null,
      dataDir: "data",
      unusedRooms: 86_400_000,
      roomsCreatedPerAddress: 100,
      lobby: { shown: "lobby", key: "lobby" },
      welcome: null,
      drain: 10_000,
      keepalive: 60_000,
      reservedNames: [...reservedNames],
      loginTimeout: 30_000,
      loginTries: 3,
      maxLineBytes: 2048,
      grace: 600_000,
      roomsPerUser: 50,
      maxPendingMessages: 10_000,
      maxPendingBytes: 16_777_216,
      maxPendingAge: 10_000,
      outboxSkipBytes: 262_144,
      outboxSkipAfter: 10_000,
      outboxCloseBytes: 1_048_576,
      outboxCloseAfter: 30_000,
      outboxTotal: null,
      logLevel: "info",
      logFormat: "auto",
      logState: 0,
      logFile: null,
    },
  });
});

t.test("every setting is in one group, in the order of the table", async (t) => {
  t.same(
    settingGroups.flatMap(({ entries }) => entries),
    settingEntries,
  );
  t.equal(new Set(settingGroups.map(({ heading }) => heading)).size, settingGroups.length);
});

t.test("every setting says what it does, in words that fit the help", async (t) => {
  for (const [name, setting] of settingEntries) {
    t.match(setting.placeholder, setting.isFlag ? /^$/ : /^[A-Za-z|]+$/, name);
    t.match(setting.help, /^\S.{5,}[^.]$/, name);
  }
});

t.test(
  "limits, the welcome text and the log's level can be changed while it runs, addresses and places cannot",
  async (t) => {
    const reloadable = settingEntries.filter(([, setting]) => setting.isReloadable).map(([name]) => name);
    t.same(reloadable, [
      "tlsCert",
      "tlsKey",
      "trustedProxy",
      "apiKey",
      "apiKeyFile",
      "httpName",
      "httpOrigin",
      "httpRate",
      "httpBurst",
      "applicationRate",
      "keep",
      "unusedRooms",
      "grace",
      "welcome",
      "reservedNames",
      "loginTimeout",
      "loginTries",
      "loginBytes",
      "maxConnections",
      "maxConnectionsPerAddress",
      "maxNewPerMinute",
      "floodBurst",
      "floodRate",
      "pasteLines",
      "floodBurstPerAddress",
      "floodRatePerAddress",
      "bytesPerHourPerAddress",
      "maxLineBytes",
      "roomsPerUser",
      "roomsCreatedPerUser",
      "roomsCreatedPerAddress",
      "maxRooms",
      "maxPendingMessages",
      "maxPendingBytes",
      "maxPendingAge",
      "outboxSkipBytes",
      "outboxSkipAfter",
      "outboxCloseBytes",
      "outboxCloseAfter",
      "outboxTotal",
      "logLevel",
    ]);
  },
);
