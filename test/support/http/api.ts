import type { InjectOptions, LightMyRequestResponse } from "fastify";
import type { Test } from "tap";
import type { Application } from "../../../src/chat/applications/applications.ts";
import type { ChatSettings } from "../../../src/chat/context.ts";
import { addApplication } from "../../../src/chat/operations/administer-applications.ts";
import type { ApiServer } from "../../../src/http/api/server.ts";
import { createHttp } from "../../../src/http/http.ts";
import { partsOfGuard } from "./guarded.ts";
import { aWorld, type World } from "../world/people.ts";

/** A token of nothing. */
export const NO_TOKEN = "00000000-0000-4000-8000-000000000000";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";

/** A chat with its HTTP door, without a socket. */
export class Api {
  readonly app: ApiServer;
  readonly world: World;

  constructor(app: ApiServer, world: World) {
    this.app = app;
    this.world = world;
  }

  /** Sends a request, and resolves with its answer when all that can be done about it is done. */
  async send(options: InjectOptions): Promise<LightMyRequestResponse> {
    return await this.settled(this.app.inject(options));
  }

  /** As `send`, of a method, a path, a body (an object goes as JSON) and headers. */
  call(
    method: Method,
    path: string,
    body?: object | string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<LightMyRequestResponse> {
    const type = body === undefined ? {} : { "content-type": "application/json" };
    return this.send({
      method,
      url: path,
      headers: { ...type, ...headers },
      ...(body !== undefined && { payload: body }),
    });
  }

  /** As `call`; resolves with the status and the body, read as JSON where it is not empty. */
  async told(...request: Parameters<Api["call"]>): Promise<[number, unknown]> {
    const { statusCode, body } = await this.call(...request);
    return [statusCode, body === "" ? "" : JSON.parse(body)];
  }

  /** Ends turns until the task is settled. */
  async settled<T>(task: Promise<T>): Promise<T> {
    let isSettled = false;
    const done = (): void => void (isSettled = true);
    task.then(done, done);
    while (!isSettled) await this.world.clock.turn();
    return await task;
  }

  /** Makes an application. Returns it, and the path of it. */
  async anApplication(title = "celtra", number = 1): Promise<{ application: Application; path: string }> {
    const token = `6f1c2b0a-0000-4000-8000-${String(number).padStart(12, "0")}`;
    const application = await this.settled(addApplication(this.world.context, title, token));
    return { application, path: `/api/applications/${token}` };
  }

  /** Makes an application with a chat. Returns the path of the chat's messages. */
  async aChat(): Promise<{ application: Application; chat: string; messages: string }> {
    const { application, path } = await this.anApplication();
    await this.call("POST", `${path}/chats`);
    return { application, chat: `${path}/chats/1`, messages: `${path}/chats/1/messages` };
  }
}

export interface ApiSettings extends Partial<ChatSettings> {
  readonly apiKeys?: readonly string[];
}

export async function anApi(t: Test, { apiKeys = [], ...settings }: ApiSettings = {}): Promise<Api> {
  return await apiOf(t, await aWorld(settings), apiKeys);
}

/** The HTTP door of a chat. */
export async function apiOf(t: Test, world: World, apiKeys: readonly string[] = []): Promise<Api> {
  const { context, clock } = world;
  const guard = partsOfGuard(clock, { apiKeys }, (text) => context.applications.byToken(text) !== undefined);
  const failed = (what: string, error: unknown): void => context.telemetry.failed(what, error);
  const app = await createHttp({ context, guard, telemetry: { answered: () => {}, failed } });
  t.teardown(() => app.close());
  return new Api(app, world);
}
