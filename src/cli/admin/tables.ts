import Table from "cli-table3";
import prettyBytes from "pretty-bytes";
import type { BanView, StatsView, UserView } from "../../http/admin/views.ts";

/** What `chatd admin` shows to people: columns without lines, so that they can be cut and searched, too. */

export function usersTable(users: readonly UserView[]): string {
  return table(
    ["NAME", "ADDRESS", "SINCE (UTC)", "NODE", "OUTBOX", "LAG", "AWAY UNTIL (UTC)", "ROOMS"],
    users.map((user) => [
      user.name,
      user.address,
      shortTime(user.since),
      user.node === null ? "-" : String(user.node),
      user.outboxBytes === null ? unknown(user) : size(user.outboxBytes),
      user.lagMs === null ? unknown(user) : user.lagMs === 0 ? "-" : `${user.lagMs} ms`,
      user.awayUntil === null ? "-" : shortTime(user.awayUntil),
      user.rooms.join(", "),
    ]),
    "Nobody is online or away.",
  );
}

/** Shown instead of what only another node knows, or nobody has who is away. */
function unknown({ awayUntil }: UserView): string {
  return awayUntil === null ? "?" : "-";
}

export function bansTable(bans: readonly BanView[]): string {
  return table(
    ["BANNED", "UNTIL (UTC)", "BY", "SINCE (UTC)", "REASON"],
    bans.map((ban) => [
      ban.subject,
      ban.until === null ? "-" : shortTime(ban.until),
      ban.by,
      shortTime(ban.at),
      ban.reason,
    ]),
    "Nobody is banned.",
  );
}

export function statsTable(stats: StatsView): string {
  const rows: readonly (readonly [string, string])[] = [
    ["version", `${stats.version} on Node ${stats.runtime}, pid ${stats.pid}`],
    ["node", stats.node === null ? "alone" : String(stats.node)],
    ["since", timeInUtc(stats.since)],
    ["state", stats.isDraining ? "draining: nobody is let in" : "taking connections"],
    ["sessions", stats.node === null ? String(stats.sessions) : `${stats.sessions}, and ${stats.elsewhere} elsewhere`],
    ["connections", String(stats.connections)],
    ["rooms", String(stats.rooms)],
    ["waiting to be stored", `${stats.pendingLines} lines`],
    ["waiting for readers", size(stats.outboxBytes)],
    ["memory", size(stats.memoryBytes)],
    ["database", stats.databaseBytes === null ? "not in a file" : size(stats.databaseBytes)],
    ["disk free", stats.freeBytes === null ? "-" : size(stats.freeBytes)],
  ];
  return plain(rows.map((row) => [...row]));
}

/** @param none what is shown instead of a table without rows */
export function table(head: readonly string[], rows: readonly (readonly string[])[], none: string): string {
  return rows.length === 0 ? none : plain([head, ...rows]);
}

/** Returns rows of cells as text. A cell may have several lines. */
export function plain(rows: readonly (readonly string[])[]): string {
  const blank = { top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "" };
  const none = { "bottom-left": "", "bottom-right": "", left: "", "left-mid": "", mid: "", "mid-mid": "" };
  const shown = new Table({
    chars: { ...blank, ...none, right: "", "right-mid": "", middle: "  " },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
  });
  for (const row of rows) shown.push([...row]);
  return shown
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** `2026-11-20 20:04:05 UTC`. @param time RFC 3339, UTC */
export function timeInUtc(time: string): string {
  return `${shortTime(time)} UTC`;
}

/** `2026-11-20 20:04:05`, for columns whose heading says UTC. @param time RFC 3339, UTC */
export function shortTime(time: string): string {
  return time.slice(0, 19).replace("T", " ");
}

function size(bytes: number): string {
  return bytes === 0 ? "-" : prettyBytes(bytes, { binary: true });
}
