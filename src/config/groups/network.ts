import type { Setting } from "../setting.ts";
import { duration, port, portOrOff, range, text, trueOrFalse } from "../values.ts";

/** Where people connect. */
export const network = {
  host: {
    value: text,
    default: null,
    placeholder: "ADDRESS",
    isList: true,
    help: "address to listen on (default: all)",
  },
  port: { value: port, default: "8080", placeholder: "PORT", help: "port for telnet and nc; 0: a free one" },
  tlsPort: { value: portOrOff, default: "off", placeholder: "PORT|off", help: "port for telnet over TLS" },
  tlsCert: {
    value: text,
    default: null,
    placeholder: "FILE",
    isReloadable: true,
    help: "PEM file with the certificate for TLS, and those that lead to its root",
  },
  tlsKey: {
    value: text,
    default: null,
    placeholder: "FILE",
    isReloadable: true,
    help: "PEM file with the certificate's key",
  },
  proxyProtocol: {
    value: trueOrFalse,
    default: "false",
    placeholder: "",
    isFlag: true,
    help: "each connection begins with a PROXY header, version 1 or 2",
  },
  trustedProxy: {
    value: range,
    default: [],
    placeholder: "RANGE",
    isList: true,
    isReloadable: true,
    help: "trusted proxies: take PROXY headers from this range, and apply no limits per address to it",
  },
  keepalive: {
    value: duration,
    default: "60s",
    placeholder: "TIME",
    help: "ask a silent peer after this whether it is there; 0: never",
  },
} as const satisfies Record<string, Setting>;
