import type { Application } from "../../../src/chat/applications/applications.ts";
import { addApplication } from "../../../src/chat/operations/administer-applications.ts";
import { track } from "../../../src/chat/operations/track.ts";
import type { EventFeed } from "../../../src/chat/tracking/event-feed.ts";
import type { EventReceiver, EventSubscription } from "../../../src/chat/tracking/event-subscription.ts";
import { type Name, keyOf } from "../../../src/domain/names.ts";
import { trackingFormat, trackingView } from "../../../src/formats/tracking/tracking-format.ts";
import type { Chunk } from "../../../src/ports/outlet.ts";
import type { World } from "./people.ts";

/** An event as subscribers get it, with its number. */
export interface ShownEvent {
  readonly account_id: string;
  readonly timestamp: number;
  readonly data: unknown;
  readonly seq: number;
}

/** The payloads of a server's frames (RFC 6455, 5.2). Throws where a frame is cut. */
export function payloadsIn(bytes: Uint8Array): string[] {
  const all = Buffer.from(bytes);
  const payloads: string[] = [];
  for (let at = 0; at < all.length;) {
    const short = all.readUInt8(at + 1);
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    const length = short < 126 ? short : short === 126 ? all.readUInt16BE(at + 2) : Number(all.readBigUInt64BE(at + 2));
    at += header + length;
    if (at > all.length) throw new Error("the last frame is cut");
    payloads.push(all.toString("utf8", at - length, at));
  }
  return payloads;
}

/** Somebody who subscribes to events, without a connection. */
export class FakeReceiver implements EventReceiver {
  readonly format = trackingFormat;
  readonly events: ShownEvent[] = [];
  isOpen = true;
  failure: string | null = null;
  /** What it waits for to have taken everything. */
  drained: Promise<void> = Promise.resolve();

  deliver(chunk: Chunk): void {
    if (!this.isOpen) return;
    for (const payload of payloadsIn(chunk.bytes)) this.events.push(JSON.parse(payload) as ShownEvent);
  }

  whenDrained(): Promise<void> {
    return this.drained;
  }

  fail(why: string): void {
    this.failure = why;
    this.isOpen = false;
  }

  /** The account and the number of each event that came since this was asked last. */
  heard(): string[] {
    return this.events.splice(0).map(({ account_id, seq }) => `${account_id}:${seq}`);
  }
}

/** Makes an account. */
export async function anAccount(world: World, title: string): Promise<Application> {
  const made = addApplication(world.context, title, `token-of-${title}`);
  await world.clock.turn();
  return made;
}

/** Stores this many events, one after the other. */
export async function tracks(world: World, application: Application, count = 1): Promise<void> {
  for (let i = 0; i < count; i++) {
    const stored = track(world.context, application, String(i));
    await world.clock.turn();
    await stored;
  }
}

export interface Subscribed {
  readonly receiver: FakeReceiver;
  readonly subscription: EventSubscription;
}

/** Subscribes, and gets what there is first. @param after such as `{ celtra: 3 }`; null: the last events */
export async function subscribes(
  world: World,
  feed: EventFeed,
  after: Readonly<Record<string, number>> | null = null,
  application: Application | null = null,
): Promise<Subscribed> {
  const seen =
    after && new Map(Object.entries(after).map(([handle, seq]): [Name["key"], number] => [keyOf(handle), seq]));
  const view = trackingView({ hasSeq: true, isBinary: false });
  const opened = feed.open({ application, after: seen, format: trackingFormat, view });
  await world.clock.turn();
  const subscription = await opened;
  const receiver = new FakeReceiver();
  subscription.start(receiver);
  await world.clock.turn();
  return { receiver, subscription };
}
