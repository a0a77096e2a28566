import type { Context } from "../../chat/context.ts";
import { destroyRoom } from "../../chat/operations/destroy-room.ts";
import { findChat } from "../../chat/operations/find-chat.ts";
import { makeChat } from "../../chat/operations/make-chat.ts";
import { readPage } from "../../chat/operations/read-messages.ts";
import { nameOfChat, parseRoomPath } from "../../domain/names.ts";
import { applicationActor } from "../../domain/principal.ts";
import { applicationOf, numberIn } from "./access.ts";
import { firstOf, tellPage } from "./paging.ts";
import { nonceOf } from "./repeats.ts";
import {
  ChatInput,
  ChatView,
  failures,
  InApplication,
  InChat,
  NewNumber,
  Nothing,
  Paging,
  Repeatable,
} from "./schemas.ts";
import { answered, type ApiServer } from "./server.ts";

const TAGS = ["chats"];
const CHATS = "/api/applications/:token/chats";
const CHAT = `${CHATS}/:number`;

/** Adds the routes of chats, which are public rooms of an application. */
export function addChatRoutes(app: ApiServer, context: Context): void {
  app.get(
    CHATS,
    {
      schema: {
        tags: TAGS,
        summary: "Lists the chats of an application by their numbers.",
        params: InApplication,
        querystring: Paging,
        response: { 200: ChatView.array(), ...failures(400, 404, 503) },
      },
    },
    async (request, reply) => {
      const { params, query } = request;
      const application = applicationOf(context, params.token);
      const { chats, count } = await context.store.chats(application.id, firstOf(query), query.limit);
      tellPage(request, reply, query, count);
      return chats.map(({ number, messages, name }) => ({ number, messages_count: messages, name: name.shown }));
    },
  );

  app.post(
    CHATS,
    {
      schema: {
        tags: TAGS,
        summary: "Makes a chat. Numbers are given once.",
        params: InApplication,
        headers: Repeatable,
        body: ChatInput,
        response: { 200: NewNumber, ...failures(400, 403, 404, 409, 413, 415, 422, 503, 504) },
      },
    },
    async ({ params, headers, body }) => {
      const application = applicationOf(context, params.token);
      const nonce = nonceOf(application.id, headers["idempotency-key"]);
      const actor = applicationActor(application.id, null);
      const { number } = await makeChat(context, actor, application, body?.name ?? null, nonce);
      return number;
    },
  );

  app.get(
    CHAT,
    {
      schema: {
        tags: TAGS,
        summary: "Shows a chat.",
        params: InChat,
        response: { 200: ChatView, ...failures(404, 503) },
      },
    },
    async ({ params }) => {
      const application = applicationOf(context, params.token);
      const actor = applicationActor(application.id, null);
      const room = await findChat(context, actor, application, numberIn(params.number));
      const { count } = await readPage(context, actor, room, 1, 1);
      const named = parseRoomPath(room.name.shown)?.room;
      const name = typeof named === "object" ? named : nameOfChat(room.number);
      return { number: room.number, messages_count: count, name: name.shown };
    },
  );

  app.delete(
    CHAT,
    {
      schema: {
        tags: TAGS,
        summary: "Ends a chat. Its messages go, too.",
        params: InChat,
        response: { 200: Nothing, ...failures(404, 503, 504) },
      },
    },
    async ({ params }, reply) => {
      const application = applicationOf(context, params.token);
      const actor = applicationActor(application.id, null);
      const room = await findChat(context, actor, application, numberIn(params.number));
      await answered(context.clock, destroyRoom(context, actor, room));
      return reply.code(200).send();
    },
  );
}
