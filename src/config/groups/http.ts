import type { Setting } from "../setting.ts";
import { apiKey, count, hostName, origin, portOrOff, text } from "../values.ts";

/** Where programs connect, and what they may do. */
export const http = {
  httpHost: {
    value: text,
    default: ["127.0.0.1"],
    placeholder: "ADDRESS",
    isList: true,
    help: "address for HTTP; any but a loopback address needs --api-key",
  },
  httpPort: { value: portOrOff, default: "8081", placeholder: "PORT|off", help: "port for HTTP; 0: a free one" },
  httpTlsPort: { value: portOrOff, default: "off", placeholder: "PORT|off", help: "port for HTTP over TLS" },
  apiKey: {
    value: apiKey,
    default: [],
    placeholder: "KEY",
    isList: true,
    isSecret: true,
    isReloadable: true,
    help: "key that opens all applications over HTTP; several, so that they can be changed one by one",
  },
  apiKeyFile: {
    value: text,
    default: null,
    placeholder: "FILE",
    isReloadable: true,
    help: "file with more such keys, one a line",
  },
  httpName: {
    value: hostName,
    default: [],
    placeholder: "NAME",
    isList: true,
    isReloadable: true,
    help: "name of this server in URLs; without --api-key, HTTP answers under localhost and such names alone",
  },
  httpOrigin: {
    value: origin,
    default: [],
    placeholder: "URL",
    isList: true,
    isReloadable: true,
    help: "web site whose pages may use HTTP here, such as https://app.example",
  },
  httpRate: {
    value: count,
    default: "20",
    placeholder: "N",
    isReloadable: true,
    help: "requests per second without key or token from one IPv4 address or IPv6 /64; 0: no limit",
  },
  httpBurst: {
    value: count,
    default: "100",
    placeholder: "N",
    isReloadable: true,
    help: "such requests at once; 0: no limit",
  },
  applicationRate: {
    value: count,
    default: "0",
    placeholder: "N",
    isReloadable: true,
    help: "requests per second with the token of one application; 0: no limit",
  },
} as const satisfies Record<string, Setting>;
