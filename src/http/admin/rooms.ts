import type { FastifyInstance } from "fastify";
import type { Context } from "../../chat/context.ts";
import {
  administerEnd,
  administerOwner,
  administerSay,
  administerTopic,
  administerUnban,
  inspectHistory,
  listAllRooms,
} from "../../chat/operations/administer-rooms.ts";
import type { Room } from "../../chat/rooms/room.ts";
import { findRoom, onlineUser, userNameIn } from "../../commands/lookups.ts";
import { type Actor, operator } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import { cleanText } from "../../domain/text.ts";
import { HttpError } from "../errors.ts";
import { body, line, NOTHING_TO_SEND, type OperatorRequest, orStoreTrouble, textOf, word } from "./requests.ts";
import {
  MAX_MESSAGES_SHOWN,
  MAX_ROOMS_SHOWN,
  messageView,
  type MessageView,
  type RoomDetailsView,
  roomDetailsView,
  type RoomsView,
  roomViews,
} from "./room-views.ts";

interface RoomParameters {
  readonly room: string;
}

const ROOMS_SHOWN = 100;
/** Removes a topic, as in `/topic`. */
const NO_TOPIC = "-";
/** Who looks at rooms. What it sees is not in the audit log, so it needs no name. */
const VIEWER = operator("");

/** Adds what the operator sees of rooms, private ones too, and does to them. */
export function addRoomRoutes(app: FastifyInstance, context: Context): void {
  const { clock, presence } = context;

  app.get<{ Querystring: { limit?: string } }>(
    "/rooms",
    {
      schema: {
        querystring: { type: "object", properties: { limit: { type: "string", pattern: "^[1-9]\\d{0,3}$" } } },
      },
    },
    async ({ query }): Promise<RoomsView> => {
      const limit = Math.min(Number(query.limit ?? ROOMS_SHOWN), MAX_ROOMS_SHOWN);
      const { first, count } = await orStoreTrouble(listAllRooms(context, VIEWER, limit));
      return { rooms: roomViews(first, presence), count };
    },
  );

  app.get<{ Params: RoomParameters }>("/rooms/:room", async ({ params }): Promise<RoomDetailsView> => {
    const room = await roomOf(context, VIEWER, params.room);
    return roomDetailsView(room, presence, clock.micros());
  });

  app.post<{ Params: RoomParameters; Body: OperatorRequest & { messages: number } }>(
    "/rooms/:room/history",
    { schema: body({ messages: { type: "integer", minimum: 1, maximum: MAX_MESSAGES_SHOWN } }, "messages") },
    async ({ params, body: { by, messages } }): Promise<MessageView[]> => {
      const actor = operator(by);
      const room = await roomOf(context, actor, params.room);
      const entries = await orRefused(inspectHistory(context, actor, room, messages), params.room);
      return entries.map(messageView);
    },
  );

  app.post<{ Params: RoomParameters; Body: OperatorRequest & { text: string } }>(
    "/rooms/:room/say",
    { schema: body({ text: line }, "text") },
    async ({ params, body: { by, text } }) => {
      const said = textOf(text, NOTHING_TO_SEND);
      const actor = operator(by);
      const room = await roomOf(context, actor, params.room);
      await orRefused(administerSay(context, actor, room, said), params.room);
      return { name: room.name.shown };
    },
  );

  app.post<{ Params: RoomParameters; Body: OperatorRequest & { text: string } }>(
    "/rooms/:room/topic",
    { schema: body({ text: line }, "text") },
    async ({ params, body: { by, text } }) => {
      const shown = textOf(text, "There is no topic in that text. - removes the topic.");
      const topic = shown === NO_TOPIC ? "" : shown;
      const actor = operator(by);
      const room = await roomOf(context, actor, params.room);
      await orRefused(administerTopic(context, actor, room, topic), params.room);
      return { name: room.name.shown, topic };
    },
  );

  app.post<{ Params: RoomParameters; Body: OperatorRequest & { name: string } }>(
    "/rooms/:room/owner",
    { schema: body({ name: word }, "name") },
    async ({ params, body: { by, name } }) => {
      const actor = operator(by);
      const room = await roomOf(context, actor, params.room);
      const user = onlineUser(context, name);
      await orRefused(administerOwner(context, actor, room, user), params.room, name);
      return { name: room.name.shown, owner: user && user.name.shown };
    },
  );

  app.post<{ Params: RoomParameters; Body: OperatorRequest & { name: string } }>(
    "/rooms/:room/unban",
    { schema: body({ name: word }, "name") },
    async ({ params, body: { by, name } }) => {
      const actor = operator(by);
      const room = await roomOf(context, actor, params.room);
      const lifting = administerUnban(context, actor, room, userNameIn(name));
      return { name: room.name.shown, unbanned: await orRefused(lifting, params.room, name) };
    },
  );

  app.post<{ Params: RoomParameters; Body: OperatorRequest }>(
    "/rooms/:room/end",
    { schema: body({}) },
    async ({ params, body: { by } }) => {
      const actor = operator(by);
      const room = await roomOf(context, actor, params.room);
      await orRefused(administerEnd(context, actor, room), params.room);
      return { name: room.name.shown };
    },
  );
}

function roomOf(context: Context, actor: Actor, name: string): Promise<Room> {
  return orRefused(findRoom(context, actor, name, "see"), name);
}

/** As the task; rejects with an `HttpError` that says why not. @param user whom the task concerns; empty: nobody */
function orRefused<T>(task: Promise<T>, room: string, user = ""): Promise<T> {
  return orStoreTrouble(task, (refusal) => refused(refusal, cleanText(room), cleanText(user)));
}

/** Returns what the operator is told of a refusal; null: the store takes nothing now. */
function refused({ code }: Refusal, room: string, user: string): HttpError | null {
  switch (code) {
    case "no-such-room":
      return new HttpError(404, code, `There is no room "${room}". chatd admin room list shows the rooms.`);
    case "not-there":
      return new HttpError(
        404,
        code,
        `There is no user "${user}" in ${room}. chatd admin room show ${room} lists who is.`,
      );
    case "not-banned":
      return new HttpError(
        404,
        code,
        `${user} is not banned from ${room}. chatd admin room show ${room} lists who is.`,
      );
    case "owner-stays":
      return new HttpError(409, code, `${user} already owns ${room}.`);
    case "not-owner":
      return new HttpError(409, code, `${room} is the lobby, which nobody owns.`);
    case "not-destroyable":
      return new HttpError(409, code, `${room} is the lobby, which does not end.`);
    default:
      return null;
  }
}
