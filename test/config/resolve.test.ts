import t from "tap";
import {
  changedSettings,
  fromEnvironment,
  fromFile,
  fromFlags,
  placeOf,
  type Resolved,
  resolveConfig,
  type Source,
} from "../../src/config/resolve.ts";
import type { Config } from "../../src/config/settings.ts";

function problemsOf(resolved: Resolved): readonly string[] {
  return "problems" in resolved ? resolved.problems : [];
}

function configOf(...sources: readonly Source[]): Config {
  const resolved = resolveConfig(sources);
  if ("problems" in resolved) throw new Error(resolved.problems.join("\n"));
  return resolved.config;
}

function inFile(values: Readonly<Record<string, unknown>>): Source {
  return fromFile("chatd.toml", values).source;
}

function inEnvironment(environment: Readonly<Record<string, string | undefined>>): Source {
  return fromEnvironment(environment).source;
}

t.test("a flag wins over the environment, that over the file, and that over the default", async (t) => {
  const flags = fromFlags({ port: "1" });
  const environment = inEnvironment({ CHATD_PORT: "2", CHATD_LOGIN_TRIES: "2" });
  const file = inFile({ port: 3, "login-tries": 3, drain: "3s" });
  const { port, loginTries, drain, keepalive } = configOf(flags, environment, file);
  t.same({ port, loginTries, drain, keepalive }, { port: 1, loginTries: 2, drain: 3000, keepalive: 60_000 });
});

t.test("a list comes whole from one place", async (t) => {
  const environment = inEnvironment({ CHATD_HOST: "10.0.0.1" });
  const file = inFile({ host: ["10.0.0.2", "10.0.0.3"] });
  t.same(configOf(environment, file).host, ["10.0.0.1"]);
});

t.test("a list is several flags, commas in the environment, or an array in the file", async (t) => {
  const both = ["127.0.0.1", "::1"];
  t.same(configOf(fromFlags({ host: both })).host, both);
  t.same(configOf(inEnvironment({ CHATD_HOST: " 127.0.0.1, ::1 ," })).host, both);
  t.same(configOf(inFile({ host: both })).host, both);
  t.same(configOf(inFile({ host: "127.0.0.1" })).host, ["127.0.0.1"], "one value needs no array");
});

t.test("no reserved names are possible, no address to listen on is not", async (t) => {
  t.same(configOf(inEnvironment({ CHATD_RESERVED_NAMES: "" })).reservedNames, []);
  t.same(configOf(inFile({ "reserved-names": [] })).reservedNames, []);
  t.same(problemsOf(resolveConfig([inEnvironment({ CHATD_HOST: "" })])), ['CHATD_HOST="": empty']);
  t.same(problemsOf(resolveConfig([inFile({ host: [] })])), ["chatd.toml: host = []: empty"]);
});

t.test("a configuration cannot be changed", async (t) => {
  t.ok(Object.isFrozen(configOf()));
});

const BAD: readonly (readonly [name: string, variable: string, key: string, text: string, problem: string])[] = [
  ["port", "CHATD_PORT", "port", "abc", "not a port"],
  ["port", "CHATD_PORT", "port", "70000", "not a port: the highest is 65535"],
  ["opsPort", "CHATD_OPS_PORT", "ops-port", "on", "not a port"],
  ["opsHost", "CHATD_OPS_HOST", "ops-host", "", "empty"],
  ["loginTries", "CHATD_LOGIN_TRIES", "login-tries", "many", "not a whole number"],
  ["maxLineBytes", "CHATD_MAX_LINE_BYTES", "max-line-bytes", "2k", "not a whole number"],
  ["drain", "CHATD_DRAIN", "drain", "10", "write a time such as 30s, 5m or 12h"],
  ["keep", "CHATD_KEEP", "keep", "90", "write a time such as 12h or 90d, or 0"],
  ["lobby", "CHATD_LOBBY", "lobby", "two words", "not a room's name"],
  [
    "database",
    "CHATD_DATABASE",
    "database",
    "mysql://x",
    "not a database: write sqlite:PATH, memory: or postgres://USER@HOST/DATABASE",
  ],
  ["logLevel", "CHATD_LOG_LEVEL", "log-level", "loud", "write trace, debug, info, warn, error, fatal or silent"],
];

t.test("a bad value is a problem that says what is wrong and where it stands", async (t) => {
  for (const [name, variable, key, text, problem] of BAD) {
    const quoted = JSON.stringify(text);
    t.same(problemsOf(resolveConfig([fromFlags({ [name]: text })])), [`--${key} ${text}: ${problem}`]);
    t.same(problemsOf(resolveConfig([inEnvironment({ [variable]: text })])), [`${variable}=${quoted}: ${problem}`]);
    t.same(problemsOf(resolveConfig([inFile({ [key]: text })])), [`chatd.toml: ${key} = ${quoted}: ${problem}`]);
  }
});

t.test("one bad value of a list is a problem", async (t) => {
  t.same(problemsOf(resolveConfig([fromFlags({ reservedNames: ["good", "not good"] })])), [
    "--reserved-names good not good: not a user's name",
  ]);
});

t.test("a port that is wanted twice is a problem of the later setting, unless the addresses differ", async (t) => {
  const tls = { tlsCert: "c.pem", tlsKey: "k.pem" };
  const told = (flags: Readonly<Record<string, unknown>>) =>
    problemsOf(resolveConfig([fromFlags({ ...tls, ...flags })]));
  const same = (place: string, other = "--port") => [`${place}: ${other} is the same. Choose another one.`];
  t.same(told({ port: "8233", opsPort: "8233" }), same("--ops-port 8233"));
  t.same(told({ port: "8079" }), same("--ops-port 8079"), "also where it is the default");
  t.same(told({ tlsPort: "8080" }), same("--tls-port 8080"));
  t.same(told({ tlsPort: "992", opsPort: "992" }), same("--ops-port 992", "--tls-port"));
  t.same(told({ port: "8081" }), same("--http-port 8081"));
  t.same(told({ opsPort: "8081" }), same("--http-port 8081", "--ops-port"));
  t.same(told({ httpTlsPort: "8080" }), same("--http-tls-port 8080"));
  t.same(told({ httpTlsPort: "8080", host: ["192.0.2.1"] }), []);
  t.same(told({ port: "0", tlsPort: "0", opsPort: "0", httpPort: "0" }), []);
  t.same(told({ port: "1", tlsPort: "off", opsPort: "off" }), []);
  const apart = { port: "8079", host: ["192.0.2.1"] };
  t.same(told(apart), []);
  for (const more of [{ opsHost: "192.0.2.1" }, { opsHost: "0.0.0.0" }, { host: ["::"] }])
    t.same(told({ ...apart, ...more }), same("--ops-port 8079"), JSON.stringify(more));
});

t.test("every problem is told, from every place", async (t) => {
  const resolved = resolveConfig(
    [fromFlags({ port: "abc" }), inEnvironment({ CHATD_DRAIN: "x" }), inFile({ "login-tries": -1 })],
    { problems: ["chatd.toml: colour: unknown setting."], warnings: ["careful"] },
  );
  t.match(resolved, {
    problems: [
      "chatd.toml: colour: unknown setting.",
      "--port abc: not a port",
      "chatd.toml: login-tries = -1: not a whole number",
      'CHATD_DRAIN="x": write a time such as 30s, 5m or 12h',
    ],
    warnings: ["careful"],
  });
});

t.test("settings that do not go together are told where they stand", async (t) => {
  const both = { databasePasswordFile: "p", databasePasswordCommand: "cat p" };
  t.same(
    problemsOf(resolveConfig([inEnvironment({ CHATD_TLS_PORT: "992" }), fromFlags({ bus: "postgres", ...both })])),
    [
      "--bus postgres: postgres needs a database that is shared. Give it with --database postgres://…",
      "--database-password-file p: there is a --database-password-command, too. Give one of them.",
      'CHATD_TLS_PORT="992": TLS needs a certificate and its key. Give them with --tls-cert and --tls-key.',
    ],
  );
  t.same(problemsOf(resolveConfig([fromFlags({ proxyProtocol: true })])), [
    "--proxy-protocol: anybody could claim any address. Say from where headers come with --trusted-proxy.",
  ]);
});

t.test("where values are wrong, the others and the defaults in their place are there to be looked at", async (t) => {
  const resolved = resolveConfig([fromFlags({ port: "abc", loginTries: "7", welcome: "w.txt" })]);
  t.match(resolved, { rest: { port: 8080, loginTries: 7, welcome: "w.txt" } });
});

t.test("a setting is told as somebody gave it, or as the flag for its default", async (t) => {
  const { origins } = resolveConfig([
    fromFlags({ port: "1", host: ["::1", "127.0.0.1"], awsDrain: true }),
    inEnvironment({ CHATD_DRAIN: "1s", CHATD_PORT: "2" }),
    inFile({ lobby: "hall" }),
  ]);
  t.same(
    (["port", "host", "awsDrain", "drain", "lobby", "opsPort", "welcome"] as const).map((name) =>
      placeOf(origins, name),
    ),
    [
      "--port 1",
      "--host ::1 127.0.0.1",
      "--aws-drain",
      'CHATD_DRAIN="1s"',
      'chatd.toml: lobby = "hall"',
      "--ops-port 8079",
      "--welcome",
    ],
  );
});

t.test("a bad value is a problem only where it would hold", async (t) => {
  t.equal(configOf(fromFlags({ port: "1" }), inEnvironment({ CHATD_PORT: "abc" })).port, 1);
});

t.test("an address that Kubernetes puts into the environment is explained", async (t) => {
  const [problem] = problemsOf(resolveConfig([inEnvironment({ CHATD_PORT: "tcp://10.0.0.1:8080" })]));
  t.match(problem, /^CHATD_PORT="tcp:\/\/10\.0\.0\.1:8080" .*enableServiceLinks: false.*: not a port$/);
  t.notMatch(problemsOf(resolveConfig([inEnvironment({ CHATD_PORT: "abc" })]))[0], "enableServiceLinks");
});

t.test("a variable that begins like ours and is none is one warning", async (t) => {
  const { source, warnings } = fromEnvironment({ CHATD_PROT: "1", CHATD_PORT_8080_TCP: "x", CHATD_PORT: "1" });
  t.equal(source.size, 1);
  t.same(warnings, [
    "CHATD_PROT is set, but chatd has no such setting. Did you mean CHATD_PORT?",
    "CHATD_PORT_8080_TCP is set, but chatd has no such setting.",
  ]);
});

t.test("variables of tests, of others, and the one that names the file are no settings", async (t) => {
  const { source, warnings } = fromEnvironment({
    CHATD_TEST_SEED: "1",
    CHATD_TEST_REQUIRE: "telnet",
    CHATD_CONFIG: "chatd.toml",
    PORT: "1",
    chatd_port: "1",
    MY_CHATD_PORT: "1",
    CHATD_DRAIN: undefined,
  });
  t.equal(source.size, 0);
  t.same(warnings, []);
});

t.test("numbers and booleans of a file are read as if they were texts", async (t) => {
  t.equal(configOf(inFile({ port: 0 })).port, 0);
  t.same(problemsOf(resolveConfig([inFile({ port: 80.5 })])), ["chatd.toml: port = 80.5: not a port"]);
  t.same(problemsOf(resolveConfig([inFile({ "login-tries": true })])), [
    "chatd.toml: login-tries = true: not a whole number",
  ]);
});

t.test("what a file says that is no setting, or no value of one, is a problem", async (t) => {
  const { source, problems } = fromFile("chatd.toml", {
    colour: "red",
    maxLineBytes: 1,
    config: "other.toml",
    constructor: 1,
    prot: 1,
    max_line_byte: 1,
    port: { number: 1 },
    drain: new Date(0),
    lobby: ["a", "b"],
    host: ["127.0.0.1", ["::1"]],
  });
  t.equal(source.size, 0);
  t.same(problems, [
    "chatd.toml: colour: unknown setting.",
    "chatd.toml: maxLineBytes: unknown setting. Did you mean max-line-bytes?",
    "chatd.toml: config: unknown setting.",
    "chatd.toml: constructor: unknown setting.",
    "chatd.toml: prot: unknown setting. Did you mean port?",
    "chatd.toml: max_line_byte: unknown setting. Did you mean max-line-bytes?",
    "chatd.toml: port: not a value",
    "chatd.toml: drain: not a value",
    "chatd.toml: lobby: takes one value, not a list",
    "chatd.toml: host: not a value",
  ]);
});

t.test("what changed is told, and what of it needs a restart", async (t) => {
  const before = configOf();
  const after = configOf(
    fromFlags({ port: "1", loginTries: "1", host: ["::1"], lobby: "Planes", reservedNames: ["x"] }),
  );
  t.same(changedSettings(before, after), {
    all: ["host", "port", "lobby", "reservedNames", "loginTries"],
    needRestart: ["host", "port", "lobby"],
  });
});

t.test("nothing changed where everything comes to the same", async (t) => {
  const before = configOf(fromFlags({ host: ["::1"], drain: "60s", database: "memory:" }));
  const after = configOf(fromFlags({ host: ["::1"], drain: "1m", database: "memory:" }));
  t.same(changedSettings(before, after), { all: [], needRestart: [] });
});

t.test("a password in a URL is not shown where the URL is wrong", async (t) => {
  const wrong = "postgres://chatd:s3cret@db/planes?sslmode=prefer";
  const unquoted = "postgres://chatd:top@s3cret@db/planes?sslmode=prefer";
  for (const source of [
    fromFlags({ database: wrong }),
    fromFlags({ database: unquoted }),
    inEnvironment({ CHATD_DATABASE: wrong }),
    inFile({ database: wrong }),
  ]) {
    const problems = problemsOf(resolveConfig([source]));
    t.match(problems, [/postgres:\/\/chatd:…@db\/planes/]);
    t.notMatch(problems.join(), "s3cret");
  }
});

t.test("a key is never shown, wherever it stands", async (t) => {
  const sources = [
    fromFlags({ apiKey: ["not a key"] }),
    inEnvironment({ CHATD_API_KEY: "not a key" }),
    inFile({ "api-key": ["fine", "not a key"] }),
  ];
  const problem = "a key may have letters, digits and -._~+/ alone. Try: openssl rand -hex 24";
  t.same(
    sources.flatMap((source) => problemsOf(resolveConfig([source]))),
    [`--api-key …: ${problem}`, `CHATD_API_KEY="…": ${problem}`, `chatd.toml: api-key = …: ${problem}`],
  );
});

const OPEN =
  "everybody who reaches this address could change and delete all applications. " +
  "Give a key with --api-key or --api-key-file, or take 127.0.0.1.";

t.test("HTTP that others reach needs a key", async (t) => {
  for (const host of ["0.0.0.0", "::", "192.0.2.1", "chat.example"]) {
    const httpHost = ["127.0.0.1", host];
    t.same(problemsOf(resolveConfig([fromFlags({ httpHost })])), [`--http-host 127.0.0.1 ${host}: ${OPEN}`]);
    const off = { httpHost, httpPort: "off" };
    t.same(problemsOf(resolveConfig([fromFlags(off)])), []);
    t.match(problemsOf(resolveConfig([fromFlags({ ...off, httpTlsPort: "1", tlsCert: "c", tlsKey: "k" })])), [OPEN]);
    t.same(problemsOf(resolveConfig([fromFlags({ httpHost, apiKey: ["k"] })])), []);
    t.same(problemsOf(resolveConfig([fromFlags({ httpHost, apiKeyFile: "f" })])), []);
  }
  t.same(problemsOf(resolveConfig([fromFlags({ httpHost: ["::1", "localhost", "127.1.2.3"] })])), []);
  t.same(problemsOf(resolveConfig([inEnvironment({ CHATD_HTTP_HOST: "0.0.0.0" })])), [
    `CHATD_HTTP_HOST="0.0.0.0": ${OPEN}`,
  ]);
});

t.test("HTTP over TLS needs a certificate, too", async (t) => {
  t.same(problemsOf(resolveConfig([fromFlags({ httpTlsPort: "443", tlsCert: "cert.pem" })])), [
    "--http-tls-port 443: TLS needs a certificate and its key. Give them with --tls-cert and --tls-key.",
  ]);
});
