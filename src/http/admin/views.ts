import type { BanRecord } from "../../chat/ports.ts";
import type { Room } from "../../chat/room.ts";
import type { Session } from "../../chat/session.ts";
import type { Readings } from "../../watch/metrics.ts";

/** What the operator is shown, as JSON. Times as RFC 3339, sizes in bytes. */

export interface UserView {
  readonly name: string;
  readonly address: string;
  readonly since: string;
  readonly rooms: readonly string[];
  /** Bytes that wait to be written to them. */
  readonly outboxBytes: number;
  /** For how long they have taken nothing of that. */
  readonly lagMs: number;
}

export interface RoomView {
  readonly name: string;
  readonly isPrivate: boolean;
  /** Null: nobody, or nobody who is here. */
  readonly owner: string | null;
  readonly members: number;
  readonly messages: number;
  readonly topic: string;
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
  readonly node: string;
  readonly pid: number;
  readonly since: string;
  readonly isDraining: boolean;
  readonly sessions: number;
  readonly connections: number;
  readonly rooms: number;
  readonly pendingLines: number;
  readonly outboxBytes: number;
  readonly memoryBytes: number;
  /** Null: in memory. */
  readonly databaseBytes: number | null;
  readonly freeBytes: number | null;
}

export function userView({ name, outlet, since, rooms }: Session): UserView {
  return {
    name: name.shown,
    address: outlet.address,
    since: timeOf(since),
    rooms: rooms.map((room) => room.name.shown),
    outboxBytes: outlet.waitingBytes,
    lagMs: Math.round(outlet.waitingMs),
  };
}

/** @param nameOf the name of a session that is here, or null */
export function roomView(room: Room, nameOf: (session: number) => string | null): RoomView {
  const { owner } = room.rights;
  return {
    name: room.name.shown,
    isPrivate: room.isPrivate,
    owner: owner === null ? null : nameOf(owner),
    members: room.members.size,
    messages: room.seq,
    topic: room.topic,
  };
}

export function banView({ subject, until, reason, author, at }: BanRecord): BanView {
  return { subject, until: until === null ? null : timeOf(until), reason, by: author, at: timeOf(at) };
}

/** @param startedAt microseconds since 1970 */
export function statsView(version: string, startedAt: number, isDraining: boolean, readings: Readings): StatsView {
  return {
    version,
    node: process.version,
    pid: process.pid,
    since: timeOf(startedAt),
    isDraining,
    sessions: readings.sessions(),
    connections: readings.connections(),
    rooms: readings.rooms(),
    pendingLines: readings.pendingLines(),
    outboxBytes: readings.outboxBytes(),
    memoryBytes: process.memoryUsage.rss(),
    databaseBytes: readings.databaseBytes(),
    freeBytes: readings.freeBytes(),
  };
}

function timeOf(micros: number): string {
  return new Date(micros / 1000).toISOString();
}
