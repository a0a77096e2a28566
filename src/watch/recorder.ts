import type { Logger } from "pino";
import { StoreError } from "../chat/errors.ts";
import type { Watch } from "../chat/ports.ts";
import type { Foreign } from "../protocol/foreign.ts";
import type { RefusalCode } from "../protocol/texts.ts";
import type { CloseReason, TelnetWatch } from "../telnet/watch.ts";
import type { Metrics } from "./metrics.ts";

/** Turns what happens into metrics and log events. Never logs what people say. */
export class Recorder implements Watch, TelnetWatch {
  readonly #log: Logger;
  readonly #metrics: Metrics;
  #isStoreWell = true;

  constructor(log: Logger, metrics: Metrics) {
    this.#log = log;
    this.#metrics = metrics;
  }

  opened(): void {
    this.#metrics.connectionsOpened.inc();
  }

  foreign(address: string, protocol: Foreign): void {
    this.#log.info({ address, protocol }, "Sent away, no telnet");
  }

  loggedIn(name: string, address: string): void {
    this.#metrics.logins.inc();
    this.#log.info({ name, address }, "User connected");
  }

  closed(name: string | null, address: string, reason: CloseReason): void {
    this.#metrics.connectionsClosed.inc({ reason });
    if (name === null) this.#log.debug({ address, reason }, "Connection closed before login");
    else this.#log.info({ name, address, reason }, "User disconnected");
  }

  skipped(lines: number): void {
    this.#metrics.skipped.inc(lines);
  }

  refused(code: RefusalCode): void {
    this.#metrics.refusals.inc({ code });
  }

  stored(lines: number, appendMs: number): void {
    this.#metrics.messages.inc(lines);
    this.#metrics.batchLines.observe(lines);
    this.#metrics.appendSeconds.observe(appendMs / 1000);
  }

  delivered(deliveries: number, sinceSaidMs: number): void {
    this.#metrics.deliveries.inc(deliveries);
    this.#metrics.deliverySeconds.observe(sinceSaidMs / 1000);
  }

  /** Logged when it changes: a store that is away would fill the log. */
  storeHealth(error: unknown): void {
    if (error === null) {
      if (!this.#isStoreWell) this.#log.info("The store works again");
      this.#isStoreWell = true;
      return;
    }
    this.#metrics.storeFailures.inc();
    if (this.#isStoreWell || !(error instanceof StoreError)) this.#log.error({ err: error }, "The store failed");
    this.#isStoreWell = false;
  }

  failed(what: string, error: unknown): void {
    this.#metrics.failures.inc();
    this.#log.error({ what, err: error }, "Something failed that should not");
  }
}
