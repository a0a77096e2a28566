import { Chat } from "../../../src/chat/chat.ts";
import type { ChatSettings, Context } from "../../../src/chat/context.ts";
import { enterChat } from "../../../src/chat/operations/enter-chat.ts";
import type { EndEvent, SessionEvent } from "../../../src/domain/events.ts";
import { parseRoomName } from "../../../src/domain/names.ts";
import { textFormat } from "../../../src/formats/text/text-format.ts";
import type { Bus } from "../../../src/ports/bus.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Chunk, CloseWhy, Outlet } from "../../../src/ports/outlet.ts";
import type { Presence } from "../../../src/ports/presence.ts";
import type { AuditEvent, Telemetry } from "../../../src/ports/telemetry.ts";
import type { Room } from "../../../src/chat/rooms/room.ts";
import type { Session } from "../../../src/chat/sessions/session.ts";
import { endSession } from "../../../src/chat/sessions/end-session.ts";
import { type ConnectionEnd, leave } from "../../../src/chat/sessions/returning.ts";
import { signIn } from "../../../src/chat/sessions/sign-in.ts";
import type { TerminalDisplay } from "../../../src/commands/command.ts";
import { dispatch } from "../../../src/commands/dispatch.ts";
import { networkOf } from "../../../src/domain/address.ts";
import { LocalHub } from "../../../src/bus/local.ts";
import { SecretReturnCodes } from "../../../src/gate/return-codes.ts";
import { MemoryPresence } from "../../../src/presence/memory.ts";
import type { Refusal, RefusalCode } from "../../../src/domain/refusals.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeFlusher } from "./fake-flusher.ts";
import { ControlledStore } from "./controlled-store.ts";

/** What the chat would have logged. */
export class FakeWatch implements Telemetry {
  readonly refusals: RefusalCode[] = [];
  readonly failures: { readonly what: string; readonly error: unknown }[] = [];
  /** Null: it works. */
  health: unknown = null;
  deliveries = 0;
  readonly acts: AuditEvent[] = [];
  deleted = 0;
  unused = 0;
  readonly restored: (string | null)[] = [];
  readonly cuts: boolean[] = [];

  refused(code: RefusalCode): void {
    this.refusals.push(code);
  }
  stored(): void {}
  delivered(deliveries: number): void {
    this.deliveries += deliveries;
  }
  acted(act: AuditEvent): void {
    this.acts.push(act);
  }
  pruned(entries: number): void {
    this.deleted += entries;
  }
  endedUnused(rooms: number): void {
    this.unused += rooms;
  }
  rewound(room: string | null): void {
    this.restored.push(room);
  }
  isolated(isCutOff: boolean): void {
    this.cuts.push(isCutOff);
  }
  storeHealth(error: unknown): void {
    this.health = error;
  }
  failed(what: string, error: unknown): void {
    this.failures.push({ what, error });
  }
}

/** Keeps what a session is given, as lines and as the very chunks. */
export class FakeOutlet implements Outlet {
  readonly format = textFormat;
  readonly #clock: Pick<Clock, "micros">;
  readonly lines: string[] = [];
  readonly chunks: Chunk[] = [];
  readonly display: TerminalDisplay = { isEditing: false, isRedrawn: true, showsPrompt: false };
  /** Every refusal that the session was told, in order. */
  readonly refusals: Pick<Refusal, "code" | "args">[] = [];
  address = "192.0.2.1";
  waitingBytes = 0;
  waitingMs = 0;
  /** Why it was closed; null: it is open. */
  closed: CloseWhy | null = null;
  resumed = 0;
  isAskedAgain = false;
  /** What it says when it is asked whether somebody is there; null: it cannot be asked. */
  answer: Promise<boolean> | null = null;
  /** How often it was asked in words. */
  asked = 0;

  constructor(clock: Pick<Clock, "micros"> = new FakeClock()) {
    this.#clock = clock;
  }

  isThere(): Promise<boolean> | null {
    return this.answer;
  }
  askPerson(): void {
    this.asked += 1;
  }

  deliver(chunk: Chunk): void {
    this.chunks.push(chunk);
    this.lines.push(...Buffer.from(chunk.bytes).toString("utf8").split("\r\n").slice(0, -1));
  }
  reply(text: string): void {
    this.lines.push(...text.split("\r\n"));
  }
  tell(event: SessionEvent | EndEvent): void {
    if (event.type === "refused") this.refusals.push({ code: event.code, args: event.args });
    const bytes = textFormat.event(event, 0, this.#clock.micros());
    this.lines.push(...Buffer.from(bytes).toString("utf8").split("\r\n").slice(0, -1));
  }
  close(event: EndEvent, why: CloseWhy): void {
    this.tell(event);
    this.closed = why;
  }
  askNameAgain(event: EndEvent): void {
    this.tell(event);
    this.isAskedAgain = true;
  }
  resume(): void {
    this.resumed += 1;
  }
}

/** Somebody in the chat without a connection: lines in, lines out. */
export class Person {
  readonly session: Session;
  readonly outlet: FakeOutlet;
  readonly #world: World;
  #heard = 0;

  constructor(world: World, session: Session, outlet: FakeOutlet) {
    this.#world = world;
    this.session = session;
    this.outlet = outlet;
  }

  /** The lines that came since this was asked last. */
  heard(): string[] {
    const lines = this.outlet.lines.slice(this.#heard);
    this.#heard = this.outlet.lines.length;
    return lines;
  }

  /** Types a line, and goes on at once: what it does may still be under way. */
  types(line: string): void {
    void dispatch(this.#world.context, this.session, this.outlet, line);
  }

  /** Types lines, one after the other, and returns what came back when all that can be done about them is done. */
  async says(...lines: readonly string[]): Promise<string[]> {
    this.heard();
    for (const line of lines) {
      this.types(line);
      await this.#world.clock.turn();
    }
    return this.heard();
  }

  /**
   * Types lines, one after the other, and returns the code of the refusal that the last one gets in its turn; null: none.
   * Rejects where a refusal is not all that is shown.
   */
  async refusal(...lines: readonly string[]): Promise<RefusalCode | null> {
    const { refusals } = this.outlet;
    await this.says(...lines.slice(0, -1));
    const before = refusals.length;
    const shown = await this.says(...lines.slice(-1));
    const [refusal, ...others] = refusals.slice(before);
    if (!refusal) return null;
    if (others.length > 0 || shown.length !== 1) throw new Error(`${refusal.code}, and more: ${shown.join("\n")}`);
    return refusal.code;
  }

  async ends(): Promise<void> {
    void endSession(this.#world.context, this.session);
    await this.#world.clock.turn();
  }

  /** The connection breaks, after all that was said has arrived. */
  async breaks(changes: Partial<ConnectionEnd> = {}): Promise<void> {
    const { clock, context } = this.#world;
    await clock.pass(1);
    const [atMicros, heardMicros] = [clock.micros(), clock.micros()];
    const end = { reason: "peer-closed", atMicros, heardMicros, hasPeerFinished: false, waitingMs: 0, ...changes };
    void leave(context, this.session, end);
    await clock.turn();
  }
}

/** A chat with a clock and a store in the test's hands, and no socket. */
export class World {
  readonly clock: FakeClock;
  readonly store: ControlledStore;
  readonly watch = new FakeWatch();
  readonly chat: Chat;
  /** The last id that was given. */
  lastId = 100;
  readonly flusher = new FakeFlusher();

  constructor(
    settings: Partial<ChatSettings>,
    clock = new FakeClock(),
    store = new ControlledStore(clock),
    presence: Presence = new MemoryPresence(clock),
    bus: Bus = new LocalHub().join(),
  ) {
    this.clock = clock;
    this.store = store;
    const { watch } = this;
    this.chat = new Chat(
      {
        store,
        presence,
        bus,
        clock,
        telemetry: watch,
        newId: () => (this.lastId += 1),
        networkOf,
        flusher: this.flusher,
        returnCodes: new SecretReturnCodes(""),
      },
      {
        lobby: parseRoomName("lobby"),
        reservedNames: [],
        roomsPerUser: 50,
        graceMs: 0,
        roomsCreatedPerUser: 10,
        roomsCreatedPerAddress: 100,
        maxRooms: 100_000,
        maxPendingMessages: 10_000,
        maxPendingBytes: 16_777_216,
        maxPendingAgeMs: 10_000,
        compareEveryMs: 3000,
        ...settings,
      },
    );
  }

  get context(): Context {
    return this.chat.context;
  }

  async start(): Promise<void> {
    const started = this.chat.start();
    await this.clock.turn();
    await started;
  }

  /** Logs somebody in, lobby and greeting included. */
  async enters(text: string): Promise<Person> {
    return await this.#enters(text, new FakeOutlet(this.clock));
  }

  /** As `enters`, from another address. */
  async entersFrom(address: string, text: string): Promise<Person> {
    return await this.#enters(text, Object.assign(new FakeOutlet(this.clock), { address }));
  }

  async #enters(text: string, outlet: FakeOutlet): Promise<Person> {
    const signedIn = await signIn(this.context, text, outlet);
    void enterChat(this.context, signedIn);
    await this.clock.turn();
    return new Person(this, signedIn.session, outlet);
  }

  async enterAll<const Names extends readonly string[]>(...names: Names): Promise<{ [K in keyof Names]: Person }> {
    const people: Person[] = [];
    for (const name of names) people.push(await this.enters(name));
    for (const person of people) person.heard();
    // As many as there are names.
    return people as { [K in keyof Names]: Person };
  }

  room(text: string): Room {
    const name = parseRoomName(text);
    const room = name && this.context.rooms.find(name);
    if (!room) throw new Error(`no room ${text}`);
    return room;
  }
}

/** A chat that has started; there is a lobby unless the settings say otherwise. */
export async function aWorld(settings: Partial<ChatSettings> = {}): Promise<World> {
  const world = new World(settings);
  await world.start();
  return world;
}

/** The chat of the next process on the same store, after this one was killed. */
export async function afterCrash(world: World, settings: Partial<ChatSettings> = {}): Promise<World> {
  world.store.restart();
  const next = new World(settings, world.clock, world.store);
  next.lastId = world.lastId;
  await next.start();
  return next;
}
