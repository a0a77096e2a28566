import { PassThrough } from "node:stream";
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import type { Context } from "../../chat/context.ts";
import {
  audit,
  banFromServer,
  broadcast,
  closeSession,
  endAbsence,
  unbanFromServer,
} from "../../chat/operations/administer.ts";
import { onlineUser, userNameIn } from "../../commands/lookups.ts";
import { operator } from "../../domain/principal.ts";
import type { Absence } from "../../ports/absence.ts";
import type { Person } from "../../ports/presence.ts";
import type { Outlet } from "../../ports/outlet.ts";
import { StoreError } from "../../ports/store-error.ts";
import { LOG_LEVELS, type LogLevel } from "../../ports/telemetry.ts";
import { parseBanTime } from "../../domain/duration.ts";
import { parseBanSubject } from "../../chat/server-bans.ts";
import { cleanText } from "../../domain/text.ts";
import { HttpError, sendError } from "../errors.ts";
import { body, line, NOTHING_TO_SEND, type OperatorRequest, orStoreTrouble, textOf, word } from "./requests.ts";
import { addApplicationRoutes } from "./applications.ts";
import { addRoomRoutes } from "./rooms.ts";
import { awayView, type BanView, banView, type StatsView, type UserView, userView } from "./views.ts";

/** What the operator may see and do. */
export interface AdminParts {
  readonly context: Context;
  readonly stats: () => StatsView;
  /** Returns the current id of this node in its cluster; null: it is alone. */
  readonly node: () => number | null;
  /** Lets nobody in any more, and closes all connections over `overMs`. Returns their number and that time. */
  readonly drain: () => { connections: number; overMs: number };
  readonly setLogLevel: (level: LogLevel) => void;
}

/** The HTTP interface of the operator, which `chatd admin` uses. Anybody who can connect may do everything. */
export function createAdmin(parts: AdminParts): FastifyInstance {
  const { context } = parts;
  const { bans, clock, presence, rooms } = context;
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
    const roomName = (id: number): string | null => rooms.byId(id)?.name.shown ?? null;
    const outletOf = (id: number): Outlet | null => context.sessions.get(id)?.outlet ?? null;
    const views = [...presence.people()].map((person) => userView(person, outletOf(person.id), parts.node(), roomName));
    for (const absence of presence.away()) views.push(awayView(absence, roomName));
    return views.sort(byName);
  });

  addRoomRoutes(app, context);
  addApplicationRoutes(app, context);

  app.get("/bans", (): BanView[] => bans.all().map(banView));

  app.post<{ Body: OperatorRequest & { name: string; reason: string } }>(
    "/kick",
    { schema: body({ name: word, reason: line }, "name", "reason") },
    async (request) => {
      const { name, reason, by } = request.body;
      const away = absenceOf(context, name);
      if (away && (await orStoreTrouble(endAbsence(context, operator(by), away)))) {
        return { name: away.name.shown, wasAway: true };
      }
      const user = userOf(context, name);
      await orStoreTrouble(closeSession(context, operator(by), user, cleanText(reason)));
      return { name: user.name.shown, wasAway: false };
    },
  );

  app.post<{ Body: OperatorRequest & { subject: string; duration: string | null; reason: string } }>(
    "/ban",
    { schema: body({ subject: word, duration: { type: ["string", "null"] }, reason: line }, "subject", "reason") },
    async (request) => {
      const { duration, reason, by } = request.body;
      const subject = subjectOf(request.body.subject);
      const atMicros = clock.micros();
      const untilMicros = duration === null ? null : atMicros + banMsOf(duration) * 1000;
      const ban = { subject, untilMicros, reason: cleanText(reason), author: cleanText(by), atMicros };
      const done = await orStoreTrouble(banFromServer(context, operator(by), ban));
      return { ...banView(ban), ...done };
    },
  );

  app.post<{ Body: OperatorRequest & { subject: string } }>(
    "/unban",
    { schema: body({ subject: word }, "subject") },
    async (request) => {
      const subject = subjectOf(request.body.subject);
      if (!(await orStoreTrouble(unbanFromServer(context, operator(request.body.by), subject)))) {
        throw new HttpError(404, "not-banned", `${subject} is not banned. chatd admin bans shows who is.`);
      }
      return { subject };
    },
  );

  app.post<{ Body: OperatorRequest & { text: string } }>(
    "/broadcast",
    { schema: body({ text: line }, "text") },
    async (request) => {
      const text = textOf(request.body.text, NOTHING_TO_SEND);
      return { sessions: await orStoreTrouble(broadcast(context, operator(request.body.by), text)) };
    },
  );

  app.post<{ Body: OperatorRequest }>("/drain", { schema: body({}) }, (request) => {
    audit(context, operator(request.body.by), "drain", null);
    return parts.drain();
  });

  app.post<{ Body: OperatorRequest & { level: LogLevel } }>(
    "/log-level",
    { schema: body({ level: { enum: LOG_LEVELS } }, "level") },
    (request) => {
      const { level, by } = request.body;
      audit(context, operator(by), "log-level", level);
      parts.setLogLevel(level);
      return { level };
    },
  );

  app.post<{ Body: OperatorRequest & { path: string } }>(
    "/backup",
    { schema: body({ path: { type: "string", pattern: "^/" } }, "path") },
    (request, reply) => {
      const { path, by } = request.body;
      audit(context, operator(by), "backup", path);
      return streamBackup(context, path, reply);
    },
  );
  return app;
}

/** Sends one JSON object per line: how much is done, and at last the path, or the error. */
function streamBackup({ store, telemetry }: Context, path: string, reply: FastifyReply): FastifyReply {
  const lines = new PassThrough();
  const tell = (what: object): unknown => lines.write(`${JSON.stringify(what)}\n`);
  store
    .backup(path, (done) => tell({ done }))
    .then(
      () => tell({ path }),
      (error: unknown) => {
        if (!(error instanceof StoreError)) telemetry.failed(`back up to ${path}`, error);
        tell({
          error: error instanceof StoreError ? error.message : "Something went wrong here.",
          code: "not-backed-up",
        });
      },
    )
    .finally(() => lines.end());
  return reply.type("application/x-ndjson").send(lines);
}

function absenceOf({ presence }: Context, text: string): Absence | null {
  const name = userNameIn(text);
  return name && presence.awayAs(name.key);
}

function userOf(context: Context, text: string): Person {
  const user = onlineUser(context, text);
  if (user) return user;
  const message = `There is no user "${cleanText(text)}" online or away. chatd admin users lists who is.`;
  throw new HttpError(404, "no-such-user", message);
}

function subjectOf(text: string): string {
  const subject = parseBanSubject(text);
  if (subject) return subject;
  throw new HttpError(
    400,
    "not-a-subject",
    `${cleanText(text)} is not an address, a range such as 10.0.0.0/8 or a name.`,
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

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
