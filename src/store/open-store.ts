import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { StoreError } from "../ports/store-error.ts";
import type { PeopleStore } from "../ports/people-store.ts";
import type { Store } from "../ports/store.ts";
import { parsePostgresUrl, type PostgresUrl } from "../postgres/login.ts";
import { FileStore } from "./sqlite/file-store.ts";
import { MemoryStore } from "./sqlite/memory-store.ts";

/** The parsed value of `--database`. */
export type DatabaseUrl = FileUrl | { readonly type: "postgres"; readonly url: PostgresUrl };

/** A database that only this process uses. */
export type FileUrl =
  { readonly type: "memory" } | { readonly type: "sqlite"; readonly path: string; readonly maxPages: number | null };

/** Reads `memory:`, `sqlite:PATH[?max_pages=N]`, or `postgres://…` as `parsePostgresUrl` does; null: anything else. */
export function parseDatabaseUrl(url: string): DatabaseUrl | null {
  if (url === "memory:") return { type: "memory" };
  const shared = parsePostgresUrl(url);
  if (shared) return { type: "postgres", url: shared };
  const match = /^sqlite:([^?]+)(?:\?max_pages=(\d{1,10}))?$/.exec(url);
  if (!match?.[1]) return null;
  return { type: "sqlite", path: match[1], maxPages: match[2] === undefined ? null : Number(match[2]) };
}

/**
 * Opens the store, and makes its folder, its file and its tables where they are missing. `node` identifies this process
 * among all that ever wrote to the file. Rejects with a `StoreError`.
 */
export async function openStore(url: FileUrl, node: number): Promise<Store & PeopleStore> {
  if (url.type === "memory") return new MemoryStore();
  const path = resolve(url.path);
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw new StoreError("broken", `make the folder of ${path}: ${String(error)}`, { cause: error });
  }
  const store = new FileStore(path, url.maxPages, node);
  try {
    // The first call opens the file, so a problem with it shows here, and not at the first message.
    await store.rooms({ ids: [] });
    return store;
  } catch (error) {
    await store.close().catch(() => {});
    throw error;
  }
}
