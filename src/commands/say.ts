import type { Chat } from "../chat/chat.ts";
import { kinds } from "../chat/entry.ts";
import type { ChatError } from "../chat/errors.ts";
import { countIn } from "../chat/membership.ts";
import type { Session } from "../chat/session.ts";
import { texts } from "../protocol/texts.ts";
import { currentRoom } from "./find.ts";

/**
 * Says a line in the session's current room. Returns when the line is queued; a refusal that comes later is told to the
 * session as a line.
 */
export function say(chat: Chat, session: Session, text: string): void {
  const room = currentRoom(session);
  const isAlone = countIn(chat, room) === 1;
  const settled = (refused: ChatError | null): void => {
    if (refused) {
      chat.watch.refused(refused.code);
      session.reply(refused.message);
    } else if (isAlone && !session.toldAlone) {
      session.toldAlone = true;
      session.reply(texts.nobodyHere);
    }
    session.lineSettled();
  };
  chat.submit(room, { session, action: "say", kind: kinds.said, body: text }, settled);
  session.lineWaits();
}
