import { Chat } from "../../../src/chat/chat.ts";
import { SecretReturnCodes } from "../../../src/gate/return-codes.ts";
import type { ChatSettings } from "../../../src/chat/context.ts";
import { parseRoomName } from "../../../src/domain/names.ts";
import type { DatabaseConnection } from "../../../src/postgres/connection.ts";
import { ClusterPresence } from "../../../src/presence/cluster/cluster-presence.ts";
import { PostgresNodeTable } from "../../../src/presence/postgres/node-table.ts";
import { PostgresPeopleTable } from "../../../src/presence/postgres/people-table.ts";
import { texts } from "../../../src/formats/text/sentences.ts";
import { PostgresStore } from "../../../src/store/postgres/postgres-store.ts";
import { SignInDialogue, type SignInSettings } from "../../../src/telnet/sign-in-dialogue.ts";
import type { Database } from "./database.ts";
import type { Hub, SimulatedBus } from "./hub.ts";
import { Chance } from "../../../test/support/sockets/hostile.ts";
import { SimulatedFlusher } from "./flusher.ts";
import { Link } from "./link.ts";
import { Machine } from "./machine.ts";
import { Seat, type SeatEvents } from "./seat.ts";
import type { Timeline } from "./timeline.ts";
import { WallClock } from "./wall-clock.ts";
import { SimulatedWatch } from "./watch.ts";
import type { Purpose, Weather } from "./weather.ts";

export const LEASE_MS = 3000;
const APPEND_DEADLINE_MS = 5000;
const READ_DEADLINE_MS = 5000;
/** As in src/daemon/backend.ts and src/config/settings-of.ts. */
const LEASE_DEADLINE_PART = 0.4;
const COMPARE_PART = 0.3;
const START_AGAIN_MS = 500;
/** How long a node that ends by itself may try to store what waits. */
const LAST_TRY_MS = 5000;

const SETTINGS: ChatSettings = {
  lobby: parseRoomName("lobby"),
  reservedNames: [],
  roomsPerUser: 50,
  graceMs: 0,
  roomsCreatedPerUser: 10,
  roomsCreatedPerAddress: 0,
  maxRooms: 10_000,
  maxPendingMessages: 10_000,
  maxPendingBytes: 16_777_216,
  maxPendingAgeMs: 10_000,
  compareEveryMs: LEASE_MS * COMPARE_PART,
};
const SIGN_IN: SignInSettings = { loginBytes: 0, loginTries: 3, keepMs: null, welcome: "" };

/** What all nodes of a simulation share. */
export interface Cluster {
  readonly timeline: Timeline;
  readonly database: Database;
  readonly weather: Weather;
  readonly hub: Hub;
  readonly trace: (text: string) => void;
  /** For how long the names of people are kept whose node has died; 0: they end with it. */
  readonly graceMs: number;
  /** Numbers each start of a process. */
  nextProcess(): number;
  failed(what: string): void;
  /** By how much a node's work takes longer than nothing, at the moment. */
  slownessMs(): number;
}

interface Running {
  readonly machine: Machine;
  readonly chat: Chat;
  readonly presence: ClusterPresence;
  readonly bus: SimulatedBus;
  readonly seats: Set<Seat>;
  readonly newDialogue: () => SignInDialogue;
}

/** One node: the real chat with the real store and presence, on a process, a network and a database that are simulated. */
export class SimulatedNode {
  readonly nr: number;
  /** That of its computer: it goes on when the process ends. */
  readonly wallClock: WallClock;
  readonly #cluster: Cluster;
  #machine: Machine | null = null;
  #running: Running | null = null;
  #onDeath: (() => void)[] = [];
  #isStopping = false;

  constructor(nr: number, cluster: Cluster) {
    this.nr = nr;
    this.#cluster = cluster;
    this.wallClock = new WallClock(cluster.timeline);
  }

  /** Null: nothing listens there. */
  get chat(): Chat | null {
    return this.#isStopping ? null : (this.#running?.chat ?? null);
  }

  get machine(): Machine | null {
    return this.#machine;
  }

  get presence(): ClusterPresence | null {
    return this.#running?.presence ?? null;
  }

  start(): void {
    if (this.#machine) return;
    const machine = new Machine(this.#cluster.timeline, this.wallClock, () => this.#cluster.slownessMs());
    this.#machine = machine;
    this.#isStopping = false;
    machine.post(() => {
      this.#serve(machine).catch((error: unknown) => {
        this.#cluster.trace(`node ${this.nr} does not start: ${String(error)}`);
        this.#die(machine);
        this.#cluster.timeline.after(START_AGAIN_MS, () => this.start());
      });
    });
  }

  kill(): void {
    if (this.#machine) this.#die(this.#machine);
  }

  /** Ends it as SIGTERM does. */
  stop(ended: () => void): void {
    const [machine, running] = [this.#machine, this.#running];
    if (!machine || !running || this.#isStopping) return ended();
    this.#isStopping = true;
    machine.post(() => {
      void this.#end(running).then(() => {
        this.#die(machine);
        ended();
      });
    });
  }

  /** Calls `died` when the process that runs now has ended. */
  onDeath(died: () => void): void {
    this.#onDeath.push(died);
  }

  /** Somebody connects. */
  sit(address: string, events: SeatEvents): Seat | null {
    const running = this.#running;
    if (!running || this.#isStopping) {
      events.closed();
      return null;
    }
    const seat = new Seat(running.chat.context, address, running.newDialogue, {
      wrote: (lines) => events.wrote(lines),
      isThere: (withinMs) => events.isThere(withinMs),
      closed: () => {
        running.seats.delete(seat);
        events.closed();
      },
    });
    running.seats.add(seat);
    return seat;
  }

  async #serve(machine: Machine): Promise<void> {
    const { hub, trace } = this.#cluster;
    const process = this.#cluster.nextProcess();
    const watch = new SimulatedWatch(`node ${this.nr}`, trace, (what) => this.#cluster.failed(what));
    const bus = hub.join(this.nr, machine);
    const leaseDeadlineMs = LEASE_MS * LEASE_DEADLINE_PART;
    const { clock } = machine;
    const lease = this.#connect(machine, "lease", leaseDeadlineMs);
    const people = this.#connect(machine, "presence");
    const presence = new ClusterPresence(
      {
        nodes: new PostgresNodeTable(lease),
        people: (identity) => new PostgresPeopleTable(people, identity),
        bus,
        clock,
        health: (error) => watch.storeHealth(error),
      },
      { leaseMs: LEASE_MS, host: `node${this.nr}`, version: "0", graceMs: () => this.#cluster.graceMs },
    );
    await presence.start();
    const store = new PostgresStore(
      {
        append: this.#connect(machine, "append", APPEND_DEADLINE_MS),
        history: this.#connect(machine, "history"),
        rooms: this.#connect(machine, "rooms"),
      },
      presence.lease.identity,
    );
    let id = process * 1_000_000;
    const newId = (): number => (id += 1);
    const flusher = new SimulatedFlusher(clock, new Chance(process));
    const networkOf = (address: string): string => address;
    const returnCodes = new SecretReturnCodes("", newId);
    const chat = new Chat(
      { store, presence, bus, clock, telemetry: watch, newId, networkOf, flusher, returnCodes },
      SETTINGS,
    );
    await chat.start();
    const newDialogue = (): SignInDialogue => new SignInDialogue(chat.context, () => SIGN_IN);
    this.#running = { machine, chat, presence, bus, seats: new Set(), newDialogue };
    trace(`node ${this.nr} serves, process ${process}`);
  }

  async #end({ chat, presence, bus, seats }: Running): Promise<void> {
    for (const seat of seats) seat.closeBecause(texts.restarting);
    const lost = await chat.finish(LAST_TRY_MS);
    if (lost > 0) this.#cluster.trace(`node ${this.nr} ends, and ${lost} lines may be lost`);
    chat.stop();
    await presence.stop();
    await bus.close();
  }

  #connect(machine: Machine, purpose: Purpose, deadlineMs = READ_DEADLINE_MS): DatabaseConnection {
    const { database, weather } = this.#cluster;
    // Of a connection, store and presence use what a link has.
    return new Link(machine, database, weather, {
      node: this.nr,
      purpose,
      deadlineMs,
    }) as unknown as DatabaseConnection;
  }

  #die(machine: Machine): void {
    if (this.#machine !== machine) return;
    machine.isDead = true;
    this.#cluster.trace(`node ${this.nr} is dead`);
    if (this.#running) this.#cluster.hub.leave(this.#running.bus);
    this.#machine = null;
    this.#running = null;
    for (const died of this.#onDeath.splice(0)) died();
  }
}
