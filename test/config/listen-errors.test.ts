import t from "tap";
import { hostError, listenError, socketError } from "../../src/config/listen-errors.ts";

const CHAT = { host: "host", port: "port" } as const;
const OPS = { host: "opsHost", port: "opsPort" } as const;

function failure(code: string, more: object = {}): Error {
  return Object.assign(new Error(`listen ${code}`), { code, address: "127.0.0.1", port: 23, ...more });
}

/** Runs as `npm start` would, or not. */
function underNpm<T>(script: string | undefined, run: () => T): T {
  const before = process.env["npm_lifecycle_event"];
  delete process.env["npm_lifecycle_event"];
  if (script !== undefined) process.env["npm_lifecycle_event"] = script;
  try {
    return run();
  } finally {
    delete process.env["npm_lifecycle_event"];
    if (before !== undefined) process.env["npm_lifecycle_event"] = before;
  }
}

t.test("a port in use is a fault of the setting of that port, and says what to do", async (t) => {
  const error = failure("EADDRINUSE");
  underNpm(undefined, () => {
    t.match(listenError(error, CHAT), {
      setting: "port",
      message: "port 23 on 127.0.0.1 is in use. Stop what uses it, or choose another one with --port.",
      cause: error,
    });
    t.match(listenError(error, OPS), {
      setting: "opsPort",
      message:
        "port 23 on 127.0.0.1 is in use. Stop what uses it, or choose another one for health and metrics with --ops-port, or off.",
    });
    t.match(listenError(error, { host: "httpHost", port: "httpPort" }), {
      setting: "httpPort",
      message: /choose another one for HTTP with --http-port, or off\.$/,
    });
    t.match(listenError(error, { host: "host", port: "tlsPort" }), {
      message: /another one with --tls-port, or off\.$/,
    });
  });
});

t.test("whoever typed npm start is told how to give npm a flag", async (t) => {
  const told = (script: string, settings: typeof CHAT | typeof OPS): unknown =>
    underNpm(script, () => listenError(failure("EADDRINUSE"), settings));
  t.match(told("start", OPS), { message: / or off\. With npm: npm start -- --ops-port off\.$/ });
  t.match(told("start", CHAT), { message: / --port\. With npm: npm start -- --port 0 takes a free one\.$/ });
  t.match(told("test", OPS), { message: / or off\.$/ }, "npm runs something else");
});

t.test("a port that needs rights, and a host that is not here, are told under their settings", async (t) => {
  t.match(listenError(failure("EACCES"), CHAT), {
    setting: "port",
    message: "port 23 on 127.0.0.1 needs more rights. Choose one from 1024 on.",
  });
  t.match(listenError(failure("EADDRNOTAVAIL"), OPS), {
    setting: "opsHost",
    message: "this machine has no address 127.0.0.1. Choose one that it has.",
  });
});

t.test("a host without an address is told in the same words, whoever finds out", async (t) => {
  const message = "no address is known for nohost.invalid. Check the name, or give an address.";
  for (const code of ["ENOTFOUND", "EAI_AGAIN"]) {
    t.match(listenError(failure(code, { hostname: "nohost.invalid" }), CHAT), { setting: "host", message });
  }
  t.match(hostError("opsHost", "nohost.invalid"), { setting: "opsHost", message });
});

t.test("what is no fault of a setting stays what it is", async (t) => {
  const error = failure("EMFILE");
  t.equal(listenError(error, CHAT), error);
  t.equal(listenError("odd", CHAT), "odd");
});

t.test("the operator's socket is told under the setting that says where it is", async (t) => {
  const refused = Object.assign(new Error("listen EACCES: permission denied x/admin.sock"), {
    code: "EACCES",
    port: -1,
  });
  t.match(socketError(refused, "x/admin.sock", { adminSocket: null }), {
    setting: "dataDir",
    message:
      "the socket x/admin.sock cannot be made: listen EACCES: permission denied x/admin.sock. " +
      "Choose another --data-dir or --admin-socket.",
  });
  const told = new Error("s is in use by another chatd. Choose another --data-dir or --admin-socket.");
  t.match(socketError(told, "s", { adminSocket: "s" }), { setting: "adminSocket", message: told.message });
});
