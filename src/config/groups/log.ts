import type { Setting } from "../setting.ts";
import { duration, logFormat, logLevel, text } from "../values.ts";

/** What is logged, how and where. */
export const log = {
  logLevel: {
    value: logLevel,
    default: "info",
    placeholder: "LEVEL",
    isReloadable: true,
    help: "trace … fatal, silent",
  },
  logFormat: { value: logFormat, default: "auto", placeholder: "FORMAT", help: "auto, text or json" },
  logState: {
    value: duration,
    default: "0",
    placeholder: "TIME",
    help: "interval at which people, connections and the slowest commit are logged; 0: never",
  },
  logFile: { value: text, default: null, placeholder: "FILE", help: "where the log goes (default: stderr)" },
} as const satisfies Record<string, Setting>;
