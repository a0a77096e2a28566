import type { Setting } from "../setting.ts";
import { duration, httpUrl, pathOrOff, portOrOff, text, trueOrFalse } from "../values.ts";

/** What the operator and monitoring use, and how the server ends. */
export const operation = {
  adminSocket: {
    value: pathOrOff,
    default: null,
    placeholder: "PATH|off",
    help: "Unix socket for chatd admin (default: admin.sock in the data directory)",
  },
  opsHost: { value: text, default: "127.0.0.1", placeholder: "ADDRESS", help: "address for health and metrics" },
  opsPort: { value: portOrOff, default: "8079", placeholder: "PORT|off", help: "port for health and metrics" },
  drain: {
    value: duration,
    default: "10s",
    placeholder: "TIME",
    help: "how long SIGTERM takes to close all connections",
  },
  demo: {
    value: trueOrFalse,
    default: "false",
    placeholder: "",
    isFlag: true,
    help: "make two applications to try events with, unless they are there: celtra, and test, which is not active",
  },
  awsDrain: {
    value: trueOrFalse,
    default: "false",
    placeholder: "",
    isFlag: true,
    help: "disconnect people over --drain when the Auto Scaling group terminates this EC2 instance",
  },
  awsMetadata: {
    value: httpUrl,
    default: "http://169.254.169.254",
    placeholder: "URL",
    help: "where --aws-drain looks for that: the instance metadata service",
  },
} as const satisfies Record<string, Setting>;
