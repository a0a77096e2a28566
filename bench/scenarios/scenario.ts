import type { Server } from "../load/target.ts";

/** What one run of a row gives, by metric. */
export type Measures = Readonly<Record<string, number>>;

export interface Effort {
  /** Length of the measured window, seconds. */
  readonly seconds: number;
  /** Fewer people and lines: shows that everything works, and measures nothing. */
  readonly quick: boolean;
}

export interface Column {
  readonly metric: string;
  readonly label: string;
  readonly format: "count" | "ms" | "bytes" | "share" | "ratio";
  /** Which way is good, where two results are to be compared by it. */
  readonly better?: "higher" | "lower";
}

/** One line of the table: how the daemon is started, and what the load process does to it. */
export interface Row {
  readonly key: string;
  readonly title: string;
  readonly lobby: boolean;
  /** Listens on all addresses, so that the load (which stays on loopback) can spread its connections over many. */
  readonly manyAddresses: boolean;
  /** Every limit holds as it is shipped, but for people who come from 127.0.0.1. */
  readonly asShipped?: true;
  /** So many rooms, in which nobody is, are there before the server starts. */
  readonly rooms?: number;
  /** So many messages are in the first of those rooms. */
  readonly messages?: number;
  /** The server speaks TLS, too. */
  readonly tls?: true;
  /** What of the machine it needs is missing; null: nothing, and the row is run. */
  missing?(): string | null;
  load(server: Server, effort: Effort): Promise<Measures>;
}

export interface Scenario {
  readonly name: string;
  /** What is measured and how, one paragraph for the reader of the table. */
  readonly about: string;
  readonly columns: readonly Column[];
  /** The metric whose ratio to the other servers is shown. */
  readonly headline: string;
  /** The servers it makes sense for; absent: all that stand alone. */
  readonly peers?: readonly string[];
  /** The servers whose headline the others' is divided by; absent: InspIRCd and ngIRCd, where all are measured. */
  readonly references?: readonly string[];
  /** The headline is also drawn. */
  readonly chart?: true;
  readonly rows: readonly Row[];
}
