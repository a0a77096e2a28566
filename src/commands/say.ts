import type { Chat } from "../chat/chat.ts";
import { kinds } from "../domain/entry.ts";
import type { Refusal } from "../domain/refusals.ts";
import { countIn } from "../chat/rooms/membership.ts";
import type { Session } from "../chat/sessions/session.ts";
import { refusalSentence, texts } from "../formats/text/sentences.ts";
import { currentRoom } from "./lookups.ts";

/**
 * Says a line in the session's current room. Returns when the line is queued; a refusal that comes later is told to the
 * session as a line.
 */
export function say(chat: Chat, session: Session, text: string): void {
  const room = currentRoom(session);
  const isAlone = countIn(chat, room) === 1;
  const settled = (refused: Refusal | null): void => {
    if (refused) {
      chat.telemetry.refused(refused.code);
      session.reply(refusalSentence(refused));
    } else if (isAlone && !session.toldAlone) {
      session.toldAlone = true;
      session.reply(texts.nobodyHere);
    }
    session.lineSettled();
  };
  chat.submit(room, { session, action: "say", kind: kinds.said, body: text }, settled);
  session.lineWaits();
}
