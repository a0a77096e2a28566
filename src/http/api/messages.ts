import type { z } from "zod";
import type { Application } from "../../chat/applications/applications.ts";
import type { Context } from "../../chat/context.ts";
import { edit } from "../../chat/operations/edit.ts";
import { findChat, holdChat } from "../../chat/operations/find-chat.ts";
import { readMessage, readPage } from "../../chat/operations/read-messages.ts";
import { remove } from "../../chat/operations/remove.ts";
import { sayAndWait } from "../../chat/operations/say.ts";
import { speakAs } from "../../chat/operations/speak-as.ts";
import type { Room } from "../../chat/rooms/room.ts";
import { kinds } from "../../domain/entry.ts";
import { type Actor, applicationActor } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import { cleanBody } from "../../domain/body.ts";
import type { StoredMessage } from "../../ports/store.ts";
import { HttpError } from "../errors.ts";
import { applicationOf, numberIn } from "./access.ts";
import { expectedIn, isKnown, tagOf, weakTagOf } from "./conditions.ts";
import { firstOf, tellPage } from "./paging.ts";
import { nonceOf } from "./repeats.ts";
import {
  EditInput,
  failures,
  IfChanged,
  IfSame,
  InChat,
  InMessage,
  MessageInput,
  MessageView,
  NewNumber,
  Nothing,
  Paging,
  Repeatable,
  Unchanged,
  wrappable,
} from "./schemas.ts";
import { answered, type ApiServer } from "./server.ts";

const TAGS = ["messages"];
const MESSAGES = "/api/applications/:token/chats/:number/messages";
const MESSAGE = `${MESSAGES}/:message`;

/** Adds the routes of messages, which are what is said in a chat: by programs, and by people on telnet. */
export function addMessageRoutes(app: ApiServer, context: Context): void {
  const { clock, pipeline } = context;

  app.get(
    MESSAGES,
    {
      preValidation: refuseSearch,
      schema: {
        tags: TAGS,
        summary: "Lists the messages of a chat by their numbers, without those that were removed.",
        params: InChat,
        querystring: Paging,
        headers: IfChanged,
        response: { 200: MessageView.array(), 304: Unchanged, ...failures(400, 404, 503) },
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      const { actor, room } = await find(params);
      const { messages, count, pos } = await readPage(context, actor, room, firstOf(query), query.limit);
      tellPage(request, reply, query, count);
      reply.header("etag", weakTagOf(pos));
      if (isKnown(request.headers["if-none-match"], pos)) return reply.code(304).send();
      return messages.map(viewOf);
    },
  );

  app.post(
    MESSAGES,
    {
      // Asked before the body is read: half of what may wait is left to people.
      onRequest: (_request, _reply, done) => done(pipeline.isHalfFull ? new Refusal("too-much-waiting") : undefined),
      schema: {
        tags: TAGS,
        summary: "Posts a message. When the answer comes, it is stored.",
        params: InChat,
        headers: Repeatable,
        body: wrappable("message", MessageInput),
        response: { 200: NewNumber, ...failures(400, 403, 404, 413, 415, 422, 503, 504) },
      },
    },
    async ({ params, headers, body: { body, author } }) => {
      const application = applicationOf(context, params.token);
      const room = await hold(params, application);
      const nonce = nonceOf(application.id, headers["idempotency-key"]);
      const actor = speakAs(context, application, author ?? null);
      const speech = { kind: "said", text: textOf(body) } as const;
      const { seq } = await answered(clock, sayAndWait(context, actor, room, speech, nonce));
      return seq;
    },
  );

  app.get(
    MESSAGE,
    {
      schema: {
        tags: TAGS,
        summary: "Shows a message.",
        params: InMessage,
        headers: IfChanged,
        response: { 200: MessageView, 304: Unchanged, ...failures(404, 503) },
      },
    },
    async ({ params, headers }, reply) => {
      const { actor, room } = await find(params);
      const message = await readMessage(context, actor, room, numberIn(params.message));
      reply.header("etag", tagOf(message.changedPos));
      if (isKnown(headers["if-none-match"], message.changedPos)) return reply.code(304).send();
      return viewOf(message);
    },
  );

  app.route({
    method: ["PUT", "PATCH"],
    url: MESSAGE,
    schema: {
      tags: TAGS,
      summary: "Gives a message another text. Its number stays.",
      params: InMessage,
      headers: IfSame,
      body: wrappable("message", EditInput),
      response: { 200: MessageView, ...failures(400, 403, 404, 412, 413, 415, 422, 503, 504) },
    },
    handler: async ({ params, headers, body: { body } }, reply) => {
      const application = applicationOf(context, params.token);
      const room = await hold(params, application);
      const [actor, number] = [applicationActor(application.id, null), numberIn(params.message)];
      const expected = expectedIn(headers["if-match"]);
      await answered(clock, edit(context, actor, room, number, textOf(body), expected));
      const message = await readMessage(context, actor, room, number);
      reply.header("etag", tagOf(message.changedPos));
      return viewOf(message);
    },
  });

  app.delete(
    MESSAGE,
    {
      schema: {
        tags: TAGS,
        summary: "Removes a message. Its number is not given again.",
        params: InMessage,
        headers: IfSame,
        response: { 200: Nothing, ...failures(403, 404, 412, 503, 504) },
      },
    },
    async ({ params, headers }, reply) => {
      const application = applicationOf(context, params.token);
      const room = await hold(params, application);
      const actor = applicationActor(application.id, null);
      const expected = expectedIn(headers["if-match"]);
      await answered(clock, remove(context, actor, room, numberIn(params.message), expected));
      return reply.code(200).send();
    },
  );

  async function find({ token, number }: z.output<typeof InChat>): Promise<{ actor: Actor; room: Room }> {
    const application = applicationOf(context, token);
    const actor = applicationActor(application.id, null);
    return { actor, room: await findChat(context, actor, application, numberIn(number)) };
  }

  function hold({ number }: z.output<typeof InChat>, application: Application): Promise<Room> {
    return holdChat(context, applicationActor(application.id, null), application, numberIn(number));
  }
}

function refuseSearch({ query }: { readonly query: unknown }, _reply: unknown, done: (error?: Error) => void): void {
  const isSearch = typeof query === "object" && query !== null && "query" in query;
  done(
    isSearch
      ? new HttpError(400, "search-unavailable", "Messages cannot be searched here: leave query out.")
      : undefined,
  );
}

/** Returns a message's text as it is stored. Throws an `HttpError`, or the refusal `message-too-long`. */
function textOf(text: string): string {
  const body = cleanBody(text);
  if (body !== "") return body;
  throw new HttpError(422, "invalid", "body is not valid: it has nothing that can be seen.");
}

const NAME_OF_KIND: ReadonlyMap<number, string> = new Map(Object.entries(kinds).map(([name, kind]) => [kind, name]));

function viewOf({ seq, body, author, atMicros, kind, pos, changedPos }: StoredMessage): z.output<typeof MessageView> {
  const at = new Date(atMicros / 1000).toISOString();
  return { number: seq, body, author, at, kind: NAME_OF_KIND.get(kind) ?? "other", edited: changedPos !== pos };
}
