import { randomUUID } from "node:crypto";
import type { Application } from "../../chat/applications/applications.ts";
import type { Context } from "../../chat/context.ts";
import { addApplication, changeApplication, endApplication } from "../../chat/operations/administer-applications.ts";
import { audit } from "../../chat/operations/administer.ts";
import { MAIN_APPLICATION } from "../../domain/application.ts";
import { operator } from "../../domain/principal.ts";
import { cleanText, isVisible } from "../../domain/text.ts";
import type { z } from "zod";
import { HttpError } from "../errors.ts";
import { applicationOf, needKey } from "./access.ts";
import { firstOf, tellPage } from "./paging.ts";
import {
  ApplicationInput,
  ApplicationView,
  failures,
  InApplication,
  MAX_TITLE,
  Nothing,
  Paging,
  wrappable,
} from "./schemas.ts";
import type { ApiServer } from "./server.ts";

const TAGS = ["applications"];
const SECURITY = [{ apiKey: [] }];
/** Who does what is done here, as the log names them. */
const KEY_HOLDER = operator("api-key");
const Body = wrappable("application", ApplicationInput);

/** Adds the routes of applications: namespaces of chats, each opened by its token. */
export function addApplicationRoutes(app: ApiServer, context: Context): void {
  const { store } = context;

  app.get(
    "/api/applications",
    {
      onRequest: needKey,
      schema: {
        tags: TAGS,
        security: SECURITY,
        summary: "Lists the applications, the oldest first.",
        querystring: Paging,
        response: { 200: ApplicationView.array(), ...failures(400, 401, 503) },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const records = (await store.applications()).filter(({ id }) => id !== MAIN_APPLICATION);
      tellPage(request, reply, query, records.length);
      const first = firstOf(query) - 1;
      return records.slice(first, first + query.limit).map((record) => viewOf(record, record.chats));
    },
  );

  app.post(
    "/api/applications",
    {
      onRequest: needKey,
      schema: {
        tags: TAGS,
        security: SECURITY,
        summary: "Makes an application.",
        body: Body,
        response: { 200: ApplicationView, ...failures(400, 401, 409, 413, 415, 422, 503, 504) },
      },
    },
    async ({ body }) => {
      const application = await addApplication(context, titleOf(body), randomUUID());
      audit(context, KEY_HOLDER, "add-application", application.handle.shown);
      return viewOf(application, 0);
    },
  );

  app.get(
    "/api/applications/:token",
    {
      schema: {
        tags: TAGS,
        summary: "Shows an application.",
        params: InApplication,
        response: { 200: ApplicationView, ...failures(404, 503) },
      },
    },
    async ({ params }) => {
      const application = applicationOf(context, params.token);
      return viewOf(application, await countChats(application));
    },
  );

  app.route({
    method: ["PUT", "PATCH"],
    url: "/api/applications/:token",
    onRequest: needKey,
    schema: {
      tags: TAGS,
      security: SECURITY,
      summary: "Gives an application another name, and the handle that goes with it, if that is free.",
      params: InApplication,
      body: Body,
      response: { 200: ApplicationView, ...failures(400, 401, 404, 413, 415, 422, 503, 504) },
    },
    handler: async ({ params, body }) => {
      const application = applicationOf(context, params.token);
      const changed = await changeApplication(context, application, { title: titleOf(body) });
      audit(context, KEY_HOLDER, "change-application", changed.handle.shown);
      return viewOf(changed, await countChats(changed));
    },
  });

  app.delete(
    "/api/applications/:token",
    {
      onRequest: needKey,
      schema: {
        tags: TAGS,
        security: SECURITY,
        summary: "Ends an application. Its chats and messages go, too.",
        params: InApplication,
        response: { 200: Nothing, ...failures(401, 404, 503, 504) },
      },
    },
    async ({ params }, reply) => {
      const application = applicationOf(context, params.token);
      await endApplication(context, application);
      audit(context, KEY_HOLDER, "end-application", application.handle.shown);
      return reply.code(200).send();
    },
  );

  async function countChats({ id }: Application): Promise<number> {
    const { count } = await store.chats(id, 1, 1);
    return count;
  }
}

function titleOf({ name }: z.output<typeof ApplicationInput>): string {
  const title = cleanText(name).trim();
  if (isVisible(title)) return title;
  throw new HttpError(422, "invalid", `name is not valid: it must have 1 to ${MAX_TITLE} characters that can be seen.`);
}

function viewOf(
  { title, token, handle, isActive }: Pick<Application, "title" | "token" | "handle" | "isActive">,
  chats: number,
): z.output<typeof ApplicationView> {
  return { name: title, token: token ?? "", chats_count: chats, handle: handle.shown, active: isActive };
}
