import type { DialectName } from "./dialect.ts";

/** Where a daemon is to run, and the one setting that scenarios differ in. */
export interface Place {
  /** An empty directory of its own, removed afterwards. */
  readonly dir: string;
  readonly host: string;
  readonly port: number;
  /** Whether everybody is in one room from the start, where the daemon has such a room. */
  readonly lobby: boolean;
  /** Every limit holds as it is shipped, but for people who come from 127.0.0.1. */
  readonly asShipped: boolean;
  /** The database that the daemon shares with others; null: it has its own. */
  readonly database: string | null;
  /** So many rooms are there from the start, where the daemon can be given them. */
  readonly rooms: number;
  /** So many messages are in the first of them. */
  readonly messages: number;
  /** Where it also speaks TLS, and where it answers those who run it; null: nowhere. */
  readonly tlsPort: number | null;
  readonly opsPort: number | null;
}

/** A server that the bench measures. */
export interface Peer {
  readonly name: string;
  readonly dialect: DialectName;
  /** How many connections it lets wait to be accepted: no more people are logged in at the same time. */
  readonly connectsAtOnce: number;
  /** So many daemons that share a PostgreSQL; absent: one, with a database of its own. */
  readonly nodesOnPostgres?: number;
  /** It is no chat server that stands alone: only scenarios that name it run it. */
  readonly onlyWhereNamed?: true;
  /** What runs, as the results name it; null: not installed. */
  version(): string | null;
  /** Writes what the daemon reads into the place, and gives the command that runs it in the foreground. */
  command(place: Place): readonly [string, ...string[]];
}
