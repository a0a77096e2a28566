import { type Name, parseUserName } from "../../../src/domain/names.ts";
import { decode, encode } from "../../../src/bus/envelope.ts";
import type { Bus, BusListener } from "../../../src/ports/bus.ts";
import type { ClusterMessage } from "../../../src/ports/cluster-message.ts";
import { FIRST_CODES, type Leaving, NOWHERE } from "../../../src/ports/absence.ts";
import type { Claimed, Newcomer } from "../../../src/ports/presence.ts";
import type { PersonRow } from "../../../src/presence/cluster/people-table.ts";
import { ClusterPresence } from "../../../src/presence/cluster/cluster-presence.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeClusterTables, type TableLink } from "./fake-cluster-tables.ts";

export const LEASE_MS = 10_000;
export const RENEW_MS = 2000;
export const SILENT_MS = 8000;
/** So long may news be on its way, until what is missing is read. */
export const BUS_MS = 50;
export const LOBBY = 1;
export const PLANES = 2;

export function nameOf(text: string): Name {
  const name = parseUserName(text);
  if (!name) throw new Error(`not a name: ${text}`);
  return name;
}

/** A bus in a test's hands: what is told arrives as it is encoded, or not at all. */
class FakeHub {
  readonly #listeners = new Map<object, BusListener[]>();
  /** Whether a message is lost on its way to everybody. */
  loses: (message: ClusterMessage) => boolean = () => false;

  join(): Bus {
    const own: BusListener[] = [];
    const bus: Bus = {
      publish: (message) => {
        if (!this.#listeners.has(bus) || this.loses(message)) return;
        const texts = encode(message, 1, Number.POSITIVE_INFINITY);
        const copies = texts.map((text) => decode(text, 0)).filter((copy) => copy !== null);
        for (const [other, listeners] of this.#listeners) {
          if (other === bus) continue;
          for (const listener of listeners) queueMicrotask(() => copies.forEach((copy) => listener.heard(copy)));
        }
      },
      listen: (listener) => void own.push(listener),
      close: () => {
        this.#listeners.delete(bus);
        return Promise.resolve();
      },
    };
    this.#listeners.set(bus, own);
    return bus;
  }

  /** All connections were away for a moment. */
  mayHaveMissed(): void {
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener.mayHaveMissed();
  }
}

/** Nodes that share rows and a bus, on one clock. */
export class TestCluster {
  readonly clock = new FakeClock();
  readonly tables = new FakeClusterTables(this.clock);
  readonly hub = new FakeHub();
  readonly graceMs: number;
  #lastId = 0;

  constructor(graceMs = 0) {
    this.graceMs = graceMs;
  }

  /** @param text the node's name in what it is told */
  async node(text: string): Promise<TestNode> {
    const node = new TestNode(this, text);
    await node.presence.start();
    return node;
  }

  newId(): number {
    return (this.#lastId += 1);
  }
}

export class TestNode {
  readonly text: string;
  readonly presence: ClusterPresence;
  readonly link: TableLink;
  readonly bus: Bus;
  /** What the chat is told, in order. */
  readonly events: string[] = [];
  /** What failed since something worked. */
  health: unknown = null;
  readonly #cluster: TestCluster;

  constructor(cluster: TestCluster, text: string) {
    this.text = text;
    this.#cluster = cluster;
    this.link = cluster.tables.link();
    this.bus = cluster.hub.join();
    const { bus, link, events } = this;
    this.presence = new ClusterPresence(
      {
        nodes: link.nodes,
        people: (identity) => link.people(identity),
        bus,
        clock: cluster.clock,
        health: (error) => (this.health = error),
      },
      { leaseMs: LEASE_MS, host: text, version: "1", graceMs: () => cluster.graceMs },
    );
    this.presence.listen({
      joined: ({ name }, room) => events.push(`${name.shown} joined ${room}`),
      left: ({ name }, room) => events.push(`${name.shown} left ${room}`),
      died: (sessions, isSweeper) => events.push(`${sessions.join()} died${isSweeper ? ", found here" : ""}`),
      unconfirmed: (session) => events.push(`${session} is unconfirmed`),
      held: (session) => events.push(`${session} is held`),
      lostName: (session) => events.push(`${session} has lost`),
      rewound: () => events.push("rewound"),
      isolated: (isIsolated) => events.push(isIsolated ? "isolated" : "connected"),
    });
  }

  newcomer(text: string, address = "192.0.2.1"): Newcomer {
    const { clock } = this.#cluster;
    return {
      id: this.#cluster.newId(),
      name: nameOf(text),
      address,
      sinceMicros: clock.micros(),
      verdictOn: (absence) => (absence.address === address ? absence.codes : "stays"),
    };
  }

  /** Somebody as the rows have them. */
  aRow(text: string): PersonRow {
    const { verdictOn: _, ...person } = this.newcomer(text);
    return { ...person, codes: FIRST_CODES, rooms: new Map([[LOBBY, 1]]), place: null, away: null };
  }

  /** Somebody takes a name, which has to be free, and comes into rooms. Returns their session. */
  async enters(text: string, ...rooms: readonly number[]): Promise<number> {
    const newcomer = this.newcomer(text);
    const claimed = this.presence.claim(newcomer);
    await this.#cluster.clock.turn();
    if (!(await claimed).isHeld) throw new Error(`${text} is taken`);
    for (const room of rooms) this.presence.joined(newcomer.id, room);
    await this.#cluster.clock.turn();
    return newcomer.id;
  }

  /** Somebody asks for a name. */
  async asks(text: string, address?: string): Promise<Claimed> {
    const claimed = this.presence.claim(this.newcomer(text, address));
    await this.#cluster.clock.turn();
    return await claimed;
  }

  /** The connection of somebody breaks who was in these rooms. */
  async loses(session: number, ...rooms: readonly number[]): Promise<Leaving> {
    const { clock, graceMs } = this.#cluster;
    const untilMicros = clock.micros() + graceMs * 1000;
    const place = { ...NOWHERE, rooms, current: rooms[0] ?? null, knownRooms: [nameOf("planes").key], showsTime: true };
    const leaving = {
      ...place,
      hasRightsIn: [99],
      standing: 0,
      seenMicros: clock.micros(),
      untilMicros,
      needsCode: false,
    };
    this.presence.depart(session, leaving);
    await clock.turn();
    return leaving;
  }

  /** Its database and its bus are away, and it is not told. */
  cutOff(): void {
    this.link.isCut = true;
    void this.bus.close();
  }

  /** What it was told since this was asked last. */
  heard(): string[] {
    return this.events.splice(0);
  }

  namesIn(room: number): readonly string[] {
    return this.presence.namesIn(room, 99).first;
  }
}

/** @param graceMs how long people may come back */
export async function aCluster(graceMs = 0) {
  const cluster = new TestCluster(graceMs);
  const [one, two] = [await cluster.node("one"), await cluster.node("two")];
  const { clock, hub, tables } = cluster;
  // Each has found the other.
  await clock.pass(RENEW_MS + BUS_MS);
  for (const { link } of [one, two]) link.calls.length = 0;
  return { cluster, clock, hub, tables, one, two };
}
