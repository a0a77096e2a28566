import type { Setting } from "../setting.ts";
import { age, database, text } from "../values.ts";

/** Where everything is kept, and for how long. */
export const storage = {
  dataDir: { value: text, default: "data", placeholder: "DIR", help: "folder for chatd's files" },
  database: {
    value: database,
    default: null,
    placeholder: "URL",
    help: "sqlite:PATH, memory: or postgres://… (default: chatd.db in the data directory)",
  },
  databasePasswordFile: {
    value: text,
    default: null,
    placeholder: "FILE",
    help: "file with the password for PostgreSQL; read at each connection",
  },
  databasePasswordCommand: {
    value: text,
    default: null,
    placeholder: "COMMAND",
    help: "command that prints the password; run again when PostgreSQL rejects it",
  },
  databaseCa: {
    value: text,
    default: null,
    placeholder: "FILE",
    help: "PEM file of the authority that signed PostgreSQL's certificate; turns TLS on",
  },
  keep: {
    value: age,
    default: "0",
    placeholder: "TIME",
    isReloadable: true,
    help: "delete messages that are older, such as 90d; 0: keep everything",
  },
} as const satisfies Record<string, Setting>;
