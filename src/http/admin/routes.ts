import { PassThrough } from "node:stream";
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import type { Chat } from "../../chat/chat.ts";
import { broadcast, sendAway } from "../../chat/server-stream.ts";
import { Refusal } from "../../domain/refusals.ts";
import type { Person } from "../../ports/presence.ts";
import { StoreError } from "../../ports/store-error.ts";
import { parseUserName } from "../../domain/names.ts";
import type { Session } from "../../chat/sessions/session.ts";
import { parseBanTime } from "../../domain/duration.ts";
import { type Bans, parseBanSubject } from "../../chat/server-bans.ts";
import { cleanText, isVisible } from "../../domain/text.ts";
import { HttpError, sendError } from "../errors.ts";
import {
  type BanView,
  banView,
  personView,
  roomView,
  type RoomView,
  type StatsView,
  type UserView,
  userView,
} from "./views.ts";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the operator may see and do. */
export interface AdminParts {
  readonly chat: Chat;
  readonly bans: Bans;
  readonly stats: () => StatsView;
  /** This node's id in its cluster; null: it is alone. */
  readonly node: () => number | null;
  /** Closes the connections of those who are banned by now, and returns how many. */
  readonly closeBanned: () => number;
  /** Lets nobody in any more and closes every connection, over the time to drain. Returns how many, and over how long. */
  readonly drain: () => { connections: number; overMs: number };
  readonly setLogLevel: (level: LogLevel) => void;
}

/** What a program of the operator sends with everything it does. */
interface OperatorRequest {
  /** Who did it, for the log and for those whom it concerns. */
  readonly by: string;
}

const MAX_TEXT = 2000;
const line = { type: "string", maxLength: MAX_TEXT } as const;
const word = { type: "string", minLength: 1, maxLength: 200 } as const;

function body(properties: Readonly<Record<string, object>>, ...required: string[]) {
  const all = { by: word, ...properties };
  return { body: { type: "object", properties: all, required: ["by", ...required], additionalProperties: false } };
}

/** HTTP for those who run the server: what `chatd admin` talks to. Whoever can reach it may do everything. */
export function createAdmin(parts: AdminParts): FastifyInstance {
  const { chat, bans } = parts;
  const audit = (act: string, by: string, subject: string | null): void =>
    chat.telemetry.acted({ act: `admin ${act}`, by, room: null, subject });
  const app = Fastify({
    logger: false,
    forceCloseConnections: true,
    frameworkErrors: sendError,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  });
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .send({ error: "There is nothing here. chatd admin --help shows what there is.", code: "not-found" }),
  );

  app.get("/stats", (): StatsView => parts.stats());

  app.get("/users", (): UserView[] => {
    const own = [...chat.sessions.values()].map((session) => userView(session, parts.node()));
    const roomName = (id: number): string | null => chat.rooms.byId(id)?.name.shown ?? null;
    const others = [...chat.presence.people()].map((person) => personView(person, roomName));
    return [...own, ...others].sort(byName);
  });

  app.get("/rooms", async (): Promise<RoomView[]> => {
    const people = [...chat.sessions.values(), ...chat.presence.people()];
    const names = new Map(people.map(({ id, name }) => [id, name.shown]));
    // Of rooms where nobody of this node is, it may know how they were a while ago.
    const records = chat.store.isShared ? await orStoreTrouble(chat.store.rooms()) : [...chat.rooms.all()];
    const count = (id: number): number => (chat.rooms.byId(id)?.members.size ?? 0) + chat.presence.countIn(id);
    return records.map((room) => roomView(room, count(room.id), (id) => names.get(id) ?? null)).sort(byName);
  });

  app.get("/bans", (): BanView[] => bans.all().map(banView));

  app.post<{ Body: OperatorRequest & { name: string; reason: string } }>(
    "/kick",
    { schema: body({ name: word, reason: line }, "name", "reason") },
    async (request) => {
      const { name, reason, by } = request.body;
      const user = userOf(chat, name);
      await orStoreTrouble(sendAway(chat, user, cleanText(reason)));
      audit("kick", by, user.name.shown);
      return { name: user.name.shown };
    },
  );

  app.post<{ Body: OperatorRequest & { subject: string; duration: string | null; reason: string } }>(
    "/ban",
    { schema: body({ subject: word, duration: { type: ["string", "null"] }, reason: line }, "subject", "reason") },
    async (request) => {
      const { duration, reason, by } = request.body;
      const subject = subjectOf(request.body.subject);
      const atMicros = chat.clock.micros();
      const untilMicros = duration === null ? null : atMicros + banMsOf(duration) * 1000;
      const ban = { subject, untilMicros, reason: cleanText(reason), author: cleanText(by), atMicros };
      await orStoreTrouble(bans.add(ban));
      audit("ban", by, subject);
      chat.lookAtServer();
      return { ...banView(ban), closed: parts.closeBanned() };
    },
  );

  app.post<{ Body: OperatorRequest & { subject: string } }>(
    "/unban",
    { schema: body({ subject: word }, "subject") },
    async (request) => {
      const subject = subjectOf(request.body.subject);
      if (!(await orStoreTrouble(bans.remove(subject)))) {
        throw new HttpError(404, "not-banned", `${subject} is not banned. chatd admin bans shows who is.`);
      }
      chat.lookAtServer();
      audit("unban", request.body.by, subject);
      return { subject };
    },
  );

  app.post<{ Body: OperatorRequest & { text: string } }>(
    "/broadcast",
    { schema: body({ text: { ...line, minLength: 1 } }, "text") },
    async (request) => {
      const text = cleanText(request.body.text.replaceAll(/[\r\n]+/g, " ")).trim();
      if (!isVisible(text)) throw new HttpError(400, "empty-text", "There is nothing to say in that text.");
      await orStoreTrouble(broadcast(chat, text));
      audit("broadcast", request.body.by, null);
      return { sessions: chat.sessions.size + chat.presence.count() };
    },
  );

  app.post<{ Body: OperatorRequest }>("/drain", { schema: body({}) }, (request) => {
    audit("drain", request.body.by, null);
    return parts.drain();
  });

  app.post<{ Body: OperatorRequest & { level: LogLevel } }>(
    "/log-level",
    { schema: body({ level: { enum: LOG_LEVELS } }, "level") },
    (request) => {
      const { level, by } = request.body;
      audit("log-level", by, level);
      parts.setLogLevel(level);
      return { level };
    },
  );

  app.post<{ Body: OperatorRequest & { path: string } }>(
    "/backup",
    { schema: body({ path: { type: "string", pattern: "^/" } }, "path") },
    (request, reply) => {
      const { path, by } = request.body;
      audit("backup", by, path);
      return streamBackup(chat, path, reply);
    },
  );
  return app;
}

/** One JSON object a line: how much is done, and at last the path, or the error. */
function streamBackup(chat: Chat, path: string, reply: FastifyReply): FastifyReply {
  const lines = new PassThrough();
  const tell = (what: object): unknown => lines.write(`${JSON.stringify(what)}\n`);
  chat.store
    .backup(path, (done) => tell({ done }))
    .then(
      () => tell({ path }),
      (error: unknown) => {
        if (!(error instanceof StoreError)) chat.telemetry.failed(`back up to ${path}`, error);
        tell({
          error: error instanceof StoreError ? error.message : "Something went wrong here.",
          code: "not-backed-up",
        });
      },
    )
    .finally(() => lines.end());
  return reply.type("application/x-ndjson").send(lines);
}

function userOf(chat: Chat, text: string): Session | Person {
  const name = parseUserName(text);
  const user = name && chat.find(name.key);
  if (!user)
    throw new HttpError(404, "no-such-user", `${cleanText(text)} is not online. chatd admin users shows who is.`);
  return user;
}

function subjectOf(text: string): string {
  const subject = parseBanSubject(text);
  if (subject) return subject;
  throw new HttpError(
    400,
    "not-a-subject",
    `${cleanText(text)} is no address, no range such as 10.0.0.0/8 and no name.`,
  );
}

function banMsOf(text: string): number {
  const durationMs = parseBanTime(text);
  switch (durationMs) {
    case "not-a-duration":
      throw new HttpError(400, durationMs, `${cleanText(text)} is not a time such as 10m, 12h or 7d.`);
    case "ban-too-long":
      throw new HttpError(
        400,
        durationMs,
        `${text} is too long: a ban lasts up to 36500d. Leave the time out to ban until unban.`,
      );
    default:
      return durationMs;
  }
}

async function orStoreTrouble<T>(task: Promise<T>): Promise<T> {
  try {
    return await task;
  } catch (error) {
    if (!(error instanceof StoreError || error instanceof Refusal)) throw error;
    throw new HttpError(503, "store-unavailable", `The store failed: ${error.message}`, { cause: error });
  }
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
