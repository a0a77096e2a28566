import type { Absence } from "../../ports/absence.ts";
import type { Outlet } from "../../ports/outlet.ts";
import type { Person } from "../../ports/presence.ts";
import type { BanRecord } from "../../ports/store.ts";
import type { Readings } from "../../watch/metrics.ts";

/** What the operator is shown, as JSON. Times are RFC 3339, sizes are bytes. */

export interface UserView {
  readonly name: string;
  readonly address: string;
  readonly since: string;
  readonly rooms: readonly string[];
  /** Until when the name and the rights of somebody whose connection broke are kept; null: they are online. */
  readonly awayUntil: string | null;
  /** Id of the node where they are logged in; null: the server is alone, or they are away. */
  readonly node: number | null;
  /** Bytes that wait to be written to them; null: only their node knows. */
  readonly outboxBytes: number | null;
  /** Milliseconds for which they have taken nothing of that; null: only their node knows. */
  readonly lagMs: number | null;
}

export interface BanView {
  readonly subject: string;
  /** Null: until it is lifted. */
  readonly until: string | null;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}

export interface StatsView {
  readonly version: string;
  /** The version of Node that runs it. */
  readonly runtime: string;
  /** Id of the node in its cluster; null: it is alone. */
  readonly node: number | null;
  readonly pid: number;
  readonly since: string;
  readonly isDraining: boolean;
  readonly sessions: number;
  /** People who are logged in at other nodes. */
  readonly elsewhere: number;
  readonly connections: number;
  readonly rooms: number;
  readonly pendingLines: number;
  readonly outboxBytes: number;
  readonly memoryBytes: number;
  /** Null: the database is in memory, or on a server of its own. */
  readonly databaseBytes: number | null;
  readonly freeBytes: number | null;
}

/** What somebody who is online and somebody who is away have in common. `rooms`: ids. */
function basicView(
  { name, address, sinceMicros }: Pick<Person, "name" | "address" | "sinceMicros">,
  rooms: Iterable<number>,
  roomName: (room: number) => string | null,
): Pick<UserView, "name" | "address" | "since" | "rooms"> {
  const names = Array.from(rooms, roomName).filter((room) => room !== null);
  return { name: name.shown, address, since: timeOf(sinceMicros), rooms: names };
}

/** `outlet`: of their session, if it is at this node. `own`: the id of this node; null: it is alone. */
export function userView(
  person: Person,
  outlet: Pick<Outlet, "waitingBytes" | "waitingMs"> | null,
  own: number | null,
  roomName: (room: number) => string | null,
): UserView {
  return {
    ...basicView(person, person.rooms.keys(), roomName),
    awayUntil: null,
    node: person.node ?? own,
    outboxBytes: outlet && outlet.waitingBytes,
    lagMs: outlet && Math.round(outlet.waitingMs),
  };
}

export function awayView(absence: Absence, roomName: (room: number) => string | null): UserView {
  const unknown = { node: null, outboxBytes: null, lagMs: null };
  return { ...basicView(absence, absence.rooms, roomName), awayUntil: timeOf(absence.untilMicros), ...unknown };
}

export function banView({ subject, untilMicros, reason, author, atMicros }: BanRecord): BanView {
  return {
    subject,
    until: untilMicros === null ? null : timeOf(untilMicros),
    reason,
    by: author,
    at: timeOf(atMicros),
  };
}

/** The state of a process, beside what it counts. */
export interface ProcessState {
  readonly version: string;
  /** Microseconds since 1970. */
  readonly startedAt: number;
  readonly isDraining: boolean;
}

export function statsView({ version, startedAt, isDraining }: ProcessState, readings: Readings): StatsView {
  return {
    version,
    runtime: process.version,
    node: readings.node(),
    pid: process.pid,
    since: timeOf(startedAt),
    isDraining,
    sessions: readings.sessions(),
    elsewhere: readings.elsewhere(),
    connections: readings.connections(),
    rooms: readings.rooms(),
    pendingLines: readings.pendingLines(),
    outboxBytes: readings.outboxBytes(),
    memoryBytes: process.memoryUsage.rss(),
    databaseBytes: readings.databaseBytes(),
    freeBytes: readings.freeBytes(),
  };
}

/** @param micros microseconds since 1970 */
export function timeOf(micros: number): string {
  return new Date(micros / 1000).toISOString();
}
