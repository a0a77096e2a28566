import { renderNotice } from "../formats/text/render.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Chat } from "./chat.ts";
import { type Entry, kinds } from "../domain/entry.ts";
import type { Person } from "../ports/presence.ts";
import { Session } from "./sessions/session.ts";

/** Tells everybody on all nodes something. Rejects with a `ChatError` where the other nodes cannot be told. */
export async function broadcast(chat: Chat, text: string): Promise<void> {
  if (chat.store.isShared) await chat.announce(kinds.broadcast, text);
  else tellAll(chat, text);
}

/** Closes somebody's connection, wherever it is. Rejects with a `ChatError` where their node cannot be told. */
export async function sendAway(chat: Chat, user: Session | Person, reason: string): Promise<void> {
  if (user instanceof Session) close(user, reason);
  else await chat.announce(kinds.expelled, `${user.id} ${reason}`);
}

/** Makes what the whole server is told true on this node. */
export function applyServerEntry(chat: Chat, { kind, body }: Entry): void {
  switch (kind) {
    case kinds.roomMade:
      return chat.subscriptions.madeElsewhere(Number(body));
    case kinds.roomEnded:
      return chat.subscriptions.endedElsewhere(Number(body));
    case kinds.broadcast:
      return tellAll(chat, body);
    case kinds.expelled:
      return expel(chat, body);
    case kinds.bansChanged:
      return chat.onBansChanged();
  }
}

function tellAll(chat: Chat, text: string): void {
  for (const session of chat.sessions.values()) session.reply(renderNotice(text));
}

function expel(chat: Chat, body: string): void {
  const space = body.indexOf(" ");
  const session = chat.sessionsById.get(Number(body.slice(0, space)));
  if (session) close(session, body.slice(space + 1));
}

function close(session: Session, reason: string): void {
  session.outlet.close(renderNotice(texts.kickedByOperator(reason)), "kicked");
}
