import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { Application } from "../../chat/applications/applications.ts";
import type { Context } from "../../chat/context.ts";
import { addApplication, changeApplication, endApplication } from "../../chat/operations/administer-applications.ts";
import { audit } from "../../chat/operations/administer.ts";
import { MAIN_APPLICATION } from "../../domain/application.ts";
import { keyOf } from "../../domain/names.ts";
import { operator } from "../../domain/principal.ts";
import type { Refusal } from "../../domain/refusals.ts";
import type { ApplicationChange } from "../../ports/application-store.ts";
import { cleanText } from "../../domain/text.ts";
import { HttpError } from "../errors.ts";
import { body, type OperatorRequest, orStoreTrouble, textOf, word } from "./requests.ts";

/** An application as the operator sees it. */
export interface ApplicationView {
  readonly handle: string;
  readonly title: string;
  readonly token: string | null;
  readonly active: boolean;
  readonly open: boolean;
  readonly chats: number;
}

interface ApplicationParameters {
  readonly handle: string;
}

const MAX_TITLE = 200;
const MAIN_STAYS = "main has the rooms that need no application before their names: it stays as it is.";
const NO_TITLE = "An application needs a name.";

/** Adds what the operator sees of applications, and does to them. */
export function addApplicationRoutes(app: FastifyInstance, context: Context): void {
  const { applications, store } = context;

  app.get("/applications", async (): Promise<ApplicationView[]> => {
    const records = await orStoreTrouble(store.applications());
    return records.map(({ handle, title, token, isActive, isOpen, chats }) => {
      return { handle: handle.shown, title, token, active: isActive, open: isOpen, chats };
    });
  });

  app.post<{ Body: OperatorRequest & { title: string } }>(
    "/applications",
    { schema: body({ title: { ...word, maxLength: MAX_TITLE } }, "title") },
    async ({ body: { by, title } }) => {
      const application = await orRefused(addApplication(context, textOf(title, NO_TITLE), randomUUID()), title);
      audit(context, operator(by), "add-application", application.handle.shown);
      return viewOf(application);
    },
  );

  app.post<{ Params: ApplicationParameters; Body: OperatorRequest & ChangeRequest }>(
    "/applications/:handle",
    { schema: body({ title: { ...word, maxLength: MAX_TITLE }, active: FLAG, open: FLAG, token: { const: "new" } }) },
    async ({ params, body: { by, title, active, open, token } }) => {
      const application = find(params.handle);
      const change = {
        ...(title !== undefined && { title: textOf(title, NO_TITLE) }),
        ...(active !== undefined && { isActive: active }),
        ...(open !== undefined && { isOpen: open }),
        ...(token !== undefined && { token: randomUUID() }),
      };
      const changed = await orRefused(changeApplication(context, application, change), params.handle);
      for (const act of actsOf(change)) audit(context, operator(by), act, changed.handle.shown);
      return viewOf(changed);
    },
  );

  app.post<{ Params: ApplicationParameters; Body: OperatorRequest }>(
    "/applications/:handle/end",
    { schema: body({}) },
    async ({ params, body: { by } }) => {
      const application = find(params.handle);
      await orRefused(endApplication(context, application), params.handle);
      audit(context, operator(by), "end-application", application.handle.shown);
      return { handle: application.handle.shown };
    },
  );

  function find(handle: string): Application {
    const application = applications.byHandle(keyOf(handle));
    if (!application) throw unknown(handle);
    if (application.id === MAIN_APPLICATION) throw new HttpError(409, "main-stays", MAIN_STAYS);
    return application;
  }
}

interface ChangeRequest {
  readonly title?: string;
  readonly active?: boolean;
  readonly open?: boolean;
  /** `new`: the server makes another one. */
  readonly token?: "new";
}

const FLAG = { type: "boolean" } as const;

function viewOf({ handle, title, token, isActive, isOpen }: Application): Omit<ApplicationView, "chats"> {
  return { handle: handle.shown, title, token, active: isActive, open: isOpen };
}

/** The changes as the audit log names them, which never names a token. */
function actsOf({ title, isActive, isOpen, token }: ApplicationChange): string[] {
  const acts: string[] = [];
  if (title !== undefined) acts.push("rename-application");
  if (isActive !== undefined) acts.push(isActive ? "activate-application" : "deactivate-application");
  if (isOpen !== undefined) acts.push(isOpen ? "open-application" : "close-application");
  if (token !== undefined) acts.push("replace-token");
  return acts;
}

function orRefused<T>(task: Promise<T>, handle: string): Promise<T> {
  return orStoreTrouble(task, (refusal) => refused(refusal, handle));
}

function refused({ code }: Refusal, handle: string): HttpError | null {
  switch (code) {
    case "no-such-application":
      return unknown(handle);
    case "application-handle-taken":
      return new HttpError(409, code, `No handle is free for "${cleanText(handle)}". Choose another name.`);
    default:
      return null;
  }
}

function unknown(handle: string): HttpError {
  const shown = cleanText(handle);
  return new HttpError(
    404,
    "no-such-application",
    `There is no application "${shown}". chatd admin application list shows them.`,
  );
}
