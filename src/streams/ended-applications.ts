import type { Clock } from "../ports/clock.ts";
import type { ApplicationStore } from "../ports/application-store.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { BackgroundTask } from "./background-task.ts";

export interface EndedApplicationsPorts {
  readonly store: Pick<ApplicationStore, "sweepEnded">;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** Number of rooms and entries that are deleted at once: it takes the store about twenty milliseconds. */
const BATCH = 3000;

/** Deletes what belongs to applications that have ended, a little at a time. */
export class EndedApplications extends BackgroundTask {
  readonly #ports: EndedApplicationsPorts;

  constructor(ports: EndedApplicationsPorts) {
    super(ports.clock, ports.telemetry);
    this.#ports = ports;
  }

  protected override async work(): Promise<void> {
    const { clock, store } = this.#ports;
    while (!this.isStopped) {
      const startedMs = clock.monotonicMs();
      if (!(await store.sweepEnded(BATCH))) return;
      await this.rest(startedMs);
    }
  }
}
