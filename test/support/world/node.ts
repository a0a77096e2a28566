import { FIRST_CODES } from "../../../src/ports/absence.ts";
import type { ChatSettings } from "../../../src/chat/context.ts";
import type { Draft } from "../../../src/domain/draft.ts";
import type { Entry } from "../../../src/domain/entry.ts";
import { parseUserName } from "../../../src/domain/names.ts";
import type { ClusterMessage } from "../../../src/ports/cluster-message.ts";
import type { Bus, BusListener } from "../../../src/ports/bus.ts";
import type { Person, PresenceListener } from "../../../src/ports/presence.ts";
import { MemoryPresence } from "../../../src/presence/memory.ts";
import { FakeClock } from "./fake-clock.ts";
import { ControlledStore } from "./controlled-store.ts";
import { World } from "./people.ts";

/** A presence that knows people elsewhere: those that a test puts there. */
class FakePresence extends MemoryPresence {
  /** Sessions that are not logged in anywhere. */
  gone: readonly number[] = [];
  follower: PresenceListener | null = null;
  /** Rooms that sessions of this node have left, by id. */
  readonly leftRooms: number[] = [];

  /** Somebody is logged in at another node; nobody is told. */
  enterElsewhere(person: Person): void {
    this.put(person.node ?? 2, person, SILENT);
  }

  /** Somebody of another node is logged in no longer; nobody is told. */
  forget({ id }: Pick<Person, "id">): void {
    this.remove(id);
  }

  override left(session: number, room: number): void {
    this.leftRooms.push(room);
    super.left(session, room);
  }

  override goneOf(): Promise<readonly number[]> {
    return Promise.resolve(this.gone);
  }

  override listen(follower?: PresenceListener): void {
    this.follower = follower ?? null;
  }
}

const SILENT = { joined: () => {}, left: () => {} };

/** A bus whose other end is a test's. */
class FakeBus implements Bus {
  readonly published: ClusterMessage[] = [];
  follower: BusListener | null = null;

  publish(news: ClusterMessage): void {
    this.published.push(news);
  }

  listen(follower: BusListener): void {
    this.follower = follower;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** One node of a cluster; the others are in the hands of a test. */
export class FakeNode extends World {
  readonly presence: FakePresence;
  readonly bus: FakeBus;

  /** @param store a shared one, where it has something already */
  constructor(settings: Partial<ChatSettings> = {}, clock = new FakeClock(), store = new ControlledStore(clock, true)) {
    const presence = new FakePresence(clock);
    const bus = new FakeBus();
    super(settings, clock, store, presence, bus);
    this.presence = presence;
    this.bus = bus;
  }

  /** Somebody is logged in at another node, in these rooms. */
  elsewhere(text: string, id: number, ...rooms: readonly string[]): Person {
    const name = parseUserName(text);
    if (!name) throw new Error(`not a name: ${text}`);
    const sinceMicros = this.clock.micros();
    const places = rooms.map((room): [number, number] => [this.room(room).id, sinceMicros]);
    const person: Person = {
      id,
      name,
      address: "192.0.2.1",
      sinceMicros,
      codes: FIRST_CODES,
      rooms: new Map(places),
      node: 2,
    };
    this.presence.enterElsewhere(person);
    return person;
  }

  /** Something comes over the bus. */
  async hears(...news: readonly ClusterMessage[]): Promise<void> {
    for (const one of news) this.bus.follower?.heard(one);
    await this.clock.turn();
  }

  /** Another node stores something, of which this one is told nothing. */
  storedElsewhere(room: string, more: Partial<Draft>): Promise<Entry> {
    const stream = this.room(room).id;
    return this.store.storeElsewhere({ stream, authorId: 999, author: "far", ...more });
  }
}

export async function aNode(settings: Partial<ChatSettings> = {}): Promise<FakeNode> {
  const node = new FakeNode(settings);
  await node.start();
  return node;
}
