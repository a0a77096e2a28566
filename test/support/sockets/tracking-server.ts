import type { Socket } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import type { Test } from "tap";
import { WebSocket } from "ws";
import { LocalHub } from "../../../src/bus/local.ts";
import type { Application } from "../../../src/chat/applications/applications.ts";
import { Chat } from "../../../src/chat/chat.ts";
import type { Context } from "../../../src/chat/context.ts";
import { addApplication, changeApplication } from "../../../src/chat/operations/administer-applications.ts";
import { track } from "../../../src/chat/operations/track.ts";
import { systemClock } from "../../../src/daemon/system-clock.ts";
import { networkOf } from "../../../src/domain/address.ts";
import { SecretReturnCodes } from "../../../src/gate/return-codes.ts";
import { sendError } from "../../../src/http/errors.ts";
import { trackingRoutes } from "../../../src/http/tracking/routes.ts";
import { websocketUpgrade } from "../../../src/http/tracking/upgrade.ts";
import { bearerIn } from "../../../src/http/bearer.ts";
import { type OutboxLimits, OutboxPool } from "../../../src/net/outbox-pool.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Store } from "../../../src/ports/store.ts";
import { MemoryPresence } from "../../../src/presence/memory.ts";
import { ControlledStore } from "../world/controlled-store.ts";
import { FakeWatch } from "../world/people.ts";
import { LIMITS } from "./door.ts";
import { until } from "./until.ts";

export interface TrackingOptions {
  readonly clock?: Clock;
  readonly store?: Store;
  /** Empty: everybody has the rights of a key. */
  readonly apiKey?: string;
  readonly limits?: Partial<OutboxLimits>;
  /** 0: a free one. */
  readonly port?: number;
}

/** Where events go in and come out, over HTTP on 127.0.0.1. */
export class TrackingServer {
  readonly chat: Chat;
  readonly app: FastifyInstance;
  readonly pool: OutboxPool;
  readonly watch = new FakeWatch();
  /** Events that were not given to slow peers. */
  skipped = 0;
  /** The server's side of each WebSocket, in the order in which they came. */
  readonly sockets: Socket[] = [];
  port = 0;
  #lastId = 100;

  constructor({ clock = systemClock, store = new ControlledStore(clock), apiKey = "", limits = {} }: TrackingOptions) {
    this.pool = new OutboxPool({ ...LIMITS.outbox, ...limits }, clock);
    const { pool, watch: telemetry } = this;
    const ports = {
      store,
      presence: new MemoryPresence(clock),
      bus: new LocalHub().join(),
      clock,
      telemetry,
      newId: () => (this.#lastId += 1),
      networkOf,
      flusher: pool,
      returnCodes: new SecretReturnCodes(""),
    };
    this.chat = new Chat(ports, LIMITS.chat);
    const { context } = this;
    this.app = Fastify();
    this.app.setErrorHandler(sendError);
    const hasApiKey = (bearer: string | null): boolean => apiKey === "" || bearer === apiKey;
    this.app.decorateRequest("hasApiKey", false);
    this.app.addHook("onRequest", (request, _reply, done) => {
      request.hasApiKey = hasApiKey(bearerIn(request.headers.authorization));
      done();
    });
    trackingRoutes(this.app, { context });
    const upgrade = websocketUpgrade({
      context,
      pool,
      judge: (request) => ({ hasApiKey: hasApiKey(bearerIn(request.headers.authorization)) }),
      skipped: (events) => (this.skipped += events),
    });
    this.app.server.on("upgrade", (request, socket: Socket, head) => {
      this.sockets.push(socket);
      upgrade(request, socket, head);
    });
  }

  get context(): Context {
    return this.chat.context;
  }

  async listen(port = 0): Promise<void> {
    await this.chat.start();
    await this.app.listen({ host: "127.0.0.1", port });
    const address = this.app.server.address();
    if (typeof address === "object" && address) this.port = address.port;
  }

  /** Ends as a server that is killed: nobody is told. */
  async cut(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.app.server.closeAllConnections();
    await this.app.close();
    await this.chat.finish(0);
    this.chat.stop();
  }

  /** Makes an account, open to everybody; its token is `token-of-` and its name. */
  async account(title: string, isActive = true): Promise<Application> {
    const made = await addApplication(this.context, title, `token-of-${title}`);
    return changeApplication(this.context, made, { isOpen: true, isActive });
  }

  /** Stores this many events with the numbers 1, 2, 3 … as data. */
  async tracks(application: Application, count = 1): Promise<void> {
    for (let i = 1; i <= count; i++) await track(this.context, application, String(i));
  }

  url(query = ""): string {
    return `ws://127.0.0.1:${this.port}/websocket${query}`;
  }
}

/** A server that is closed when the test ends. */
export async function aTrackingServer(t: Test, options: TrackingOptions = {}): Promise<TrackingServer> {
  const server = new TrackingServer(options);
  await server.listen(options.port);
  let isCut = false;
  const cut = server.cut.bind(server);
  server.cut = async () => {
    if (!isCut) await cut();
    isCut = true;
  };
  t.teardown(() => server.cut());
  return server;
}

/** A client of events. Waits for conditions, never for time. */
export class EventClient {
  readonly socket: WebSocket;
  readonly frames: { readonly text: string; readonly isBinary: boolean }[] = [];
  /** Code of the close frame; 1006: there was none; null: it is open. */
  closed: number | null = null;
  /** The status of the answer, where it was no WebSocket. */
  status: number | null = null;
  answer = "";
  headers: Readonly<Record<string, string | string[] | undefined>> = {};
  readonly pongs: string[] = [];

  constructor(t: Test, url: string, headers: Readonly<Record<string, string>> = {}, autoPong = true) {
    this.socket = new WebSocket(url, { headers, autoPong });
    this.socket.on("message", (data: Buffer, isBinary) => this.frames.push({ text: data.toString(), isBinary }));
    this.socket.on("pong", (data) => this.pongs.push(data.toString()));
    this.socket.on("upgrade", (response) => (this.headers = response.headers));
    this.socket.on("unexpected-response", (_request, response) => {
      response.on("data", (chunk: Buffer) => (this.answer += chunk.toString()));
      response.on("end", () => (this.status = response.statusCode ?? 0));
    });
    this.socket.on("error", () => {});
    this.socket.on("close", (code) => (this.closed = code));
    t.teardown(() => this.socket.terminate());
  }

  /** Resolves with a client that is connected. */
  static async connect(t: Test, url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventClient> {
    const client = new EventClient(t, url, headers);
    await until(() => client.socket.readyState !== WebSocket.CONNECTING, "the handshake is done");
    return client;
  }

  /** Resolves with the answer to a request that gets no WebSocket. */
  static async refused(
    t: Test,
    url: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<[number, unknown]> {
    const client = new EventClient(t, url, headers);
    await until(() => client.status !== null, "the request is answered");
    return [client.status ?? 0, JSON.parse(client.answer)];
  }

  /** Waits for this many events, and returns the texts of all that came since this was asked last. */
  async events(count: number): Promise<string[]> {
    await until(() => this.frames.length >= count, `${count} events come, not ${this.frames.length}`);
    return this.frames.splice(0).map(({ text }) => text);
  }

  /** As `events`, the data alone. */
  async data(count: number): Promise<unknown[]> {
    return (await this.events(count)).map((text) => (JSON.parse(text) as { readonly data: unknown }).data);
  }
}
