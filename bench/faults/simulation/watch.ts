import type { AuditEvent, Telemetry } from "../../../src/ports/telemetry.ts";
import type { RefusalCode } from "../../../src/domain/refusals.ts";

/** Notes what the chat would have logged, and what it would have counted as a bug. */
export class SimulatedWatch implements Telemetry {
  readonly #node: string;
  readonly #trace: (text: string) => void;
  readonly #failed: (what: string) => void;

  constructor(node: string, trace: (text: string) => void, failed: (what: string) => void) {
    this.#node = node;
    this.#trace = trace;
    this.#failed = failed;
  }

  refused(code: RefusalCode): void {
    this.#trace(`${this.#node} refuses: ${code}`);
  }
  acted({ act, by, room, subject }: AuditEvent): void {
    this.#trace(`${this.#node}: ${by} does ${act} in ${room} to ${subject}`);
  }
  pruned(): void {}
  endedUnused(): void {}
  stored(lines: number): void {
    this.#trace(`${this.#node} has stored ${lines} lines`);
  }
  delivered(): void {}
  rewound(room: string | null): void {
    this.#trace(`${this.#node} notices that ${room ?? "the server"} went back`);
  }
  isolated(isCutOff: boolean): void {
    this.#trace(`${this.#node} is ${isCutOff ? "cut off" : "back"}`);
  }
  storeHealth(error: unknown): void {
    if (error instanceof Error) this.#trace(`${this.#node}: ${error.message}`);
  }
  failed(what: string, error: unknown): void {
    const stack = error instanceof Error ? error.stack : String(error);
    this.#failed(`${this.#node} fails to ${what}: ${stack}`);
  }
}
