import { resolve } from "node:path";
import type { PeopleStore } from "../ports/people-store.ts";
import type { Store } from "../ports/store.ts";
import { parsePostgresUrl, type PostgresUrl, type UrlProblem } from "../postgres/login.ts";
import { FileStore } from "./sqlite/file-store.ts";
import { MemoryStore } from "./sqlite/memory-store.ts";

/** The parsed value of `--database`. */
export type DatabaseUrl = FileUrl | { readonly type: "postgres"; readonly url: PostgresUrl };

/** A database that only this process uses. */
export type FileUrl =
  { readonly type: "memory" } | { readonly type: "sqlite"; readonly path: string; readonly maxPages: number | null };

const NOT_A_DATABASE = "not a database: write sqlite:PATH, memory: or postgres://USER@HOST/DATABASE";

/** Reads `memory:`, `sqlite:PATH[?max_pages=N]`, or `postgres://…` as `parsePostgresUrl` does; or says what is wrong. */
export function parseDatabaseUrl(url: string): DatabaseUrl | UrlProblem {
  if (url === "memory:") return { type: "memory" };
  if (/^postgres(ql)?:/.test(url)) {
    const shared = parsePostgresUrl(url);
    return "problem" in shared ? shared : { type: "postgres", url: shared };
  }
  const [, path, query] = /^sqlite:([^?]*)(\?.*)?$/.exec(url) ?? [];
  if (path === undefined) return { problem: NOT_A_DATABASE };
  if (path === "") return { problem: "the path is missing: write sqlite:PATH" };
  const pages = query === undefined ? null : /^\?max_pages=(\d{1,10})$/.exec(query)?.[1];
  if (pages === undefined) return { problem: "behind the path there may only be ?max_pages=N" };
  return { type: "sqlite", path, maxPages: pages === null ? null : Number(pages) };
}

/**
 * Opens the store, and makes its file and its tables where they are missing; its folder has to be there. `node` identifies
 * this process among all that ever wrote to the file. Rejects with a `StoreError`.
 */
export async function openStore(url: FileUrl, node: number): Promise<Store & PeopleStore> {
  if (url.type === "memory") return new MemoryStore();
  const path = resolve(url.path);
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
