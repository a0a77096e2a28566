import type { Command } from "commander";
import { loadConfig } from "../../config/load.ts";
import { adminSocketOf } from "../../config/settings-of.ts";
import { UsageError } from "../exit.ts";
import { AdminClient } from "./client.ts";

/** What all commands of `chatd admin` share: the running server, and whether people or programs read the answer. */
export class AdminShell {
  readonly #admin: Command;

  /** @param admin has the options that all commands take */
  constructor(admin: Command) {
    this.#admin = admin;
  }

  /** Whether answers and errors are JSON. */
  get isJson(): boolean {
    return this.#admin.opts()["json"] === true;
  }

  /** Returns a client of the running server. Throws a `UsageError` when the settings do not say where it is. */
  client(): AdminClient {
    return new AdminClient(socketOf(this.#admin.opts()));
  }

  show<T>(what: T, text: (what: T) => string): void {
    process.stdout.write(`${this.isJson ? JSON.stringify(what, null, 2) : text(what)}\n`);
  }
}

function socketOf(flags: Readonly<Record<string, unknown>>): string {
  const resolved = loadConfig(flags);
  if ("problems" in resolved) throw new UsageError(resolved.problems);
  const path = adminSocketOf(resolved.config);
  if (path === null) throw new UsageError(["admin-socket: it is off. Name the running server's with --admin-socket."]);
  return path;
}
