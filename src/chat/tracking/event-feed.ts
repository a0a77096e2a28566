import { MAIN_APPLICATION } from "../../domain/application.ts";
import type { Application } from "../applications/applications.ts";
import { isTrackingRoom, trackingRoomOf } from "../applications/tracking-rooms.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";
import type { RoomsListener } from "../rooms/rooms.ts";
import { EventSubscription, type Wanted } from "./event-subscription.ts";

export type FeedParts = Pick<
  Context,
  "applications" | "clock" | "rooms" | "settings" | "store" | "subscriptions" | "telemetry"
>;

/** Brings the events of applications to whoever subscribes to them, also of those that come later. */
export class EventFeed implements RoomsListener {
  readonly #parts: FeedParts;
  readonly #subscriptions = new Set<EventSubscription>();
  #isLooking = false;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    parts.rooms.listen(this);
  }

  /** Resolves when the subscription may start. Rejects with a `StoreError`; then it is closed. */
  async open(wanted: Wanted): Promise<EventSubscription> {
    const subscription = new EventSubscription(this.#parts, wanted, () => this.#subscriptions.delete(subscription));
    this.#subscriptions.add(subscription);
    this.#lookLater();
    try {
      await subscription.open(() => this.#roomsOf(subscription));
    } catch (error) {
      subscription.close();
      throw error;
    }
    return subscription;
  }

  added(room: Room): void {
    if (!isTrackingRoom(room)) return;
    for (const subscription of this.#subscriptions) subscription.added(room);
  }

  removed(room: Room): void {
    if (!isTrackingRoom(room)) return;
    for (const subscription of this.#subscriptions) subscription.removed(room);
  }

  /** Resolves with the rooms that there are of what a subscription covers. Rejects with a `StoreError`. */
  async #roomsOf(subscription: EventSubscription): Promise<Room[]> {
    const found = await this.#find(this.#accounts().filter((one) => subscription.covers(one)));
    return found.filter((room) => room !== undefined);
  }

  #accounts(): Application[] {
    return [...this.#parts.applications.all()].filter(({ id }) => id !== MAIN_APPLICATION);
  }

  #find(applications: readonly Application[]): Promise<(Room | undefined)[]> {
    const { subscriptions } = this.#parts;
    return Promise.all(applications.map((application) => subscriptions.find(trackingRoomOf(application))));
  }

  /** In a shared store, rooms that other nodes make are told to nobody. */
  #lookLater(): void {
    const { clock, settings, store } = this.#parts;
    if (this.#isLooking || !store.isShared) return;
    this.#isLooking = true;
    clock.after(settings.compareEveryMs, () => void this.#look());
  }

  /** Whatever is found is `added`. */
  async #look(): Promise<void> {
    const { rooms, telemetry } = this.#parts;
    const unknown = this.#accounts().filter((one) => !rooms.find(trackingRoomOf(one)));
    try {
      await this.#find(unknown);
    } catch (error) {
      telemetry.storeHealth(error);
    }
    this.#isLooking = false;
    if (this.#subscriptions.size > 0) this.#lookLater();
  }
}
