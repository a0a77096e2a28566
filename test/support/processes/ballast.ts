import { DatabaseSync } from "node:sqlite";

/**
 * A disk that becomes full, and has space again, in a single file: with `max_pages` at what the file has, whatever is
 * written needs pages that are free, and there are some when the ballast is dropped.
 */
export function addBallast(path: string, pages: number): void {
  using db = new DatabaseSync(path);
  db.exec("create table ballast (bytes blob)");
  db.prepare("insert into ballast values (zeroblob(?))").run(pages * 4096);
}

export function dropBallast(path: string): void {
  using db = new DatabaseSync(path, { timeout: 30_000 });
  db.exec("drop table ballast");
}

export function pageCount(path: string): number {
  using db = new DatabaseSync(path, { readOnly: true });
  return Number(db.prepare("pragma page_count").get()?.["page_count"]);
}
