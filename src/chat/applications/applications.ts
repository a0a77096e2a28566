import { MAIN_APPLICATION } from "../../domain/application.ts";
import { type Name, nameAtPath, type NameKey, nameOfChat, type RoomPath } from "../../domain/names.ts";
import type { ApplicationRecord, ApplicationStore } from "../../ports/application-store.ts";
import type { RoomRecord } from "../../ports/store.ts";

/** Where the store has a room: in an application, by its number or by the key of its name. */
export interface RoomAddress {
  readonly application: number;
  readonly room: number | NameKey;
}

/** A namespace of rooms. Only `Applications` changes it. */
export class Application {
  readonly id: number;
  handle: Name;
  title: string;
  token: string | null;
  isActive: boolean;
  isOpen: boolean;

  constructor({ id, handle, title, token, isActive, isOpen }: ApplicationRecord) {
    this.id = id;
    this.handle = handle;
    this.title = title;
    this.token = token;
    this.isActive = isActive;
    this.isOpen = isOpen;
  }
}

/** Every application there is: they are few. Their rooms are many, and are read when they are asked for. */
export class Applications {
  readonly #store: Pick<ApplicationStore, "applications">;
  readonly #byId = new Map<number, Application>();
  #byHandle = new Map<NameKey, Application>();
  #byToken = new Map<string, Application>();
  /** Settles when the last read has ended. */
  #lastRead: Promise<void> = Promise.resolve();
  /** The read that begins after it; null: none is asked for. */
  #nextRead: Promise<void> | null = null;
  /** Called when an application has ended. */
  onEnded: () => void = () => {};

  constructor(store: Pick<ApplicationStore, "applications">) {
    this.#store = store;
  }

  /** Reads all that the store has. Rejects with a `StoreError`. */
  async load(): Promise<void> {
    for (const record of await this.#store.applications()) this.#put(record);
    this.#index();
  }

  /** Reads one after the other, so that none brings back what a later one has not. Those who ask meanwhile share the next. */
  readInTurn(read: () => Promise<void>): Promise<void> {
    return (this.#nextRead ??= this.#lastRead.then(() => {
      this.#nextRead = null;
      const reading = read();
      this.#lastRead = reading.catch(() => {});
      return reading;
    }));
  }

  learn(record: ApplicationRecord): Application {
    const application = this.#put(record);
    this.#index();
    return application;
  }

  remove(id: number): void {
    if (!this.#byId.delete(id)) return;
    this.#index();
    this.onEnded();
  }

  /** Number of them, with `main`. */
  get count(): number {
    return this.#byId.size;
  }

  all(): Iterable<Application> {
    return this.#byId.values();
  }

  byId(id: number): Application | undefined {
    return this.#byId.get(id);
  }

  byHandle(handle: NameKey): Application | undefined {
    return this.#byHandle.get(handle);
  }

  byToken(token: string): Application | undefined {
    return this.#byToken.get(token);
  }

  /** Returns null if there is no such application. */
  locate({ application, room }: RoomPath): RoomAddress | null {
    const found = this.#byHandle.get(application.key);
    return found ? { application: found.id, room: typeof room === "number" ? room : room.key } : null;
  }

  /** Returns the names by which a room is known: the first is shown. */
  namesOf({ application, number, name }: Pick<RoomRecord, "application" | "number" | "name">): readonly Name[] {
    if (application === MAIN_APPLICATION) return [name];
    const handle = this.#byId.get(application)?.handle;
    if (!handle) return [];
    const byNumber = nameAtPath({ application: handle, room: number });
    return name.key === nameOfChat(number).key
      ? [byNumber]
      : [nameAtPath({ application: handle, room: name }), byNumber];
  }

  #put(record: ApplicationRecord): Application {
    const known = this.#byId.get(record.id);
    if (known) {
      const { handle, title, token, isActive, isOpen } = record;
      return Object.assign(known, { handle, title, token, isActive, isOpen });
    }
    const made = new Application(record);
    this.#byId.set(record.id, made);
    return made;
  }

  #index(): void {
    const all = [...this.#byId.values()];
    this.#byHandle = new Map(all.map((one) => [one.handle.key, one]));
    this.#byToken = new Map(all.flatMap((one) => (one.token === null ? [] : [[one.token, one]])));
  }
}
