import type { ChatSettings } from "../../src/chat/chat.ts";
import type { Draft, Entry } from "../../src/domain/entry.ts";
import { type NameKey, parseUserName } from "../../src/domain/names.ts";
import type { ClusterMessage } from "../../src/ports/cluster-message.ts";
import type { Bus, BusListener } from "../../src/ports/bus.ts";
import type { Person, PresenceListener, UserRef } from "../../src/ports/presence.ts";
import { MemoryPresence } from "../../src/presence/memory.ts";
import { aDraft } from "./drafts.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeStore } from "./fake-store.ts";
import { World } from "./people.ts";

/** A presence that knows people elsewhere: those that a test puts there. */
class FakePresence extends MemoryPresence {
  readonly others = new Map<NameKey, Person>();
  /** Sessions that are not logged in anywhere. */
  gone: readonly number[] = [];
  follower: PresenceListener | null = null;
  /** Rooms that sessions of this node have left, by id. */
  readonly leftRooms: number[] = [];

  override left(_session?: number, room = 0): void {
    this.leftRooms.push(room);
  }

  override find(key?: NameKey): Person | null {
    return (key && this.others.get(key)) ?? null;
  }

  override peopleIn(room?: number): readonly Person[] {
    return [...this.others.values()].filter(({ rooms }) => rooms.has(room ?? 0));
  }

  override countIn(room?: number): number {
    return this.peopleIn(room).length;
  }

  override eldestIn(
    room: number,
    here: UserRef | null,
    isOut: (person: UserRef) => boolean = () => false,
  ): UserRef | null {
    return this.peopleIn(room).find((person) => !isOut(person)) ?? here;
  }

  override people(): readonly Person[] {
    return [...this.others.values()];
  }

  override count(): number {
    return this.others.size;
  }

  override goneOf(): Promise<readonly number[]> {
    return Promise.resolve(this.gone);
  }

  override listen(follower?: PresenceListener): void {
    this.follower = follower ?? null;
  }
}

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
  /** Numbers of batches of other nodes, far from this node's. */
  #batches = 1_000_000;

  constructor(settings: Partial<ChatSettings> = {}) {
    const clock = new FakeClock();
    const store = new FakeStore(clock);
    store.isShared = true;
    const presence = new FakePresence();
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
    const person: Person = { id, name, address: "192.0.2.1", sinceMicros, rooms: new Map(places), node: 2 };
    this.presence.others.set(name.key, person);
    return person;
  }

  /** Something comes over the bus. */
  async hears(...news: readonly ClusterMessage[]): Promise<void> {
    for (const one of news) this.bus.follower?.heard(one);
    await this.clock.turn();
  }

  /** Another node stores something, of which this one is told nothing. */
  async storedElsewhere(room: string, more: Partial<Draft>): Promise<Entry> {
    const { id } = this.room(room);
    const [record] = await this.store.rooms({ ids: [id] });
    const draft = aDraft({
      stream: id,
      rightsVersion: record?.rightsVersion ?? 1,
      authorId: 999,
      author: "far",
      ...more,
    });
    await this.store.append({ number: (this.#batches += 1), drafts: [draft] });
    const last = this.store.entriesOf(id).at(-1);
    if (!last) throw new Error("nothing was stored");
    return last;
  }
}

export async function aNode(settings: Partial<ChatSettings> = {}): Promise<FakeNode> {
  const node = new FakeNode(settings);
  await node.start();
  return node;
}
