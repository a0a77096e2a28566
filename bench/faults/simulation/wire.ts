import type { Chance } from "../../../test/support/sockets/hostile.ts";
import type { Line } from "../player.ts";
import type { Machine } from "./machine.ts";
import type { SimulatedNode } from "./node.ts";
import { Seat } from "./seat.ts";
import type { Timeline } from "./timeline.ts";

const NETWORK_MS = 0.3;
/** After this a node notices by itself that a client has vanished. */
const KEEPALIVE_MS = 10_000;

interface WireParts {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly node: SimulatedNode;
  /** Where the person is. */
  readonly address: string;
  readonly trace: (text: string) => void;
}

/** A person's connection to a node: what is sent comes in order, or not at all. */
export class Wire implements Line {
  onLine: (text: string) => void = () => {};
  onEnd: () => void = () => {};
  readonly #timeline: Timeline;
  readonly #chance: Chance;
  readonly #machine: Machine | null;
  readonly #trace: (text: string) => void;
  #seat: Seat | null = null;
  #upMs = 0;
  #downMs = 0;
  /** What is written in one moment comes in one. */
  #written: { readonly atMs: number; readonly lines: string[] } | null = null;
  #isEnded = false;
  /** Whether the client answers when it is asked whether it is there. */
  readonly #isTelnet: boolean;

  constructor({ timeline, chance, node, address, trace }: WireParts) {
    this.#timeline = timeline;
    this.#chance = chance;
    this.#trace = trace;
    this.#isTelnet = chance.below(2) === 0;
    this.#machine = node.machine;
    if (!this.#machine || !node.chat) {
      timeline.after(NETWORK_MS, () => this.#ended());
      return;
    }
    this.#up(() => {
      this.#seat = node.sit(address, {
        wrote: (lines) => this.#wrote(lines),
        closed: () => this.#down(() => this.#ended()),
        isThere: (withinMs) => (this.#isTelnet ? this.#isThere(withinMs) : null),
      });
    });
    node.onDeath(() => this.#down(() => this.#ended()));
  }

  send(text: string): void {
    this.#trace(`> ${text}`);
    this.#up(() => this.#seat?.lineCame(text));
  }

  end(): void {
    this.#isEnded = true;
    const way = this.#chance.of(this.#isTelnet ? ["closes", "breaks", "vanishes"] : ["closes", "breaks"]);
    this.#trace(way);
    if (way === "closes") this.#up(() => this.#seat?.peerEnded());
    else if (way === "breaks") this.#up(() => this.#seat?.broke());
    else this.#timeline.after(KEEPALIVE_MS, () => this.#up(() => this.#seat?.broke()));
  }

  /** Somebody who has vanished does not answer. */
  #isThere(withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      this.#machine?.post(() => resolve(false), withinMs);
      this.#down(() => {
        if (!this.#isEnded) this.#up(() => resolve(true));
      });
    });
  }

  #wrote(lines: readonly string[]): void {
    if (this.#written?.atMs === this.#timeline.nowMs) {
      this.#written.lines.push(...lines);
      return;
    }
    const written = { atMs: this.#timeline.nowMs, lines: [...lines] };
    this.#written = written;
    this.#down(() => {
      for (const line of written.lines) {
        if (this.#isEnded) return;
        this.#trace(`< ${line}`);
        this.onLine(line);
      }
    });
  }

  #ended(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#trace("is closed");
    this.onEnd();
  }

  #up(task: () => void): void {
    this.#upMs = Math.max(this.#upMs, this.#timeline.nowMs + this.#wayMs());
    this.#machine?.post(task, this.#upMs - this.#timeline.nowMs);
  }

  #down(task: () => void): void {
    this.#downMs = Math.max(this.#downMs, this.#timeline.nowMs + this.#wayMs());
    this.#timeline.at(this.#downMs, task);
  }

  #wayMs(): number {
    return (NETWORK_MS * (this.#chance.below(1000) + 100)) / 1000;
  }
}
