import { renderNotice } from "../formats/text/render.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Chat } from "./chat.ts";
import type { ClusterMessage } from "../ports/cluster-message.ts";
import { passOn } from "./rooms/ownership.ts";
import type { BusListener } from "../ports/bus.ts";
import type { PresenceListener } from "../ports/presence.ts";

/** What the chat makes of what other nodes tell. */
export function followBus(chat: Chat): BusListener {
  return {
    heard: (news) => hear(chat, news),
    mayHaveMissed: () => void chat.compare(),
  };
}

/** What the chat makes of what becomes of people elsewhere. */
export function followPresence(chat: Chat): PresenceListener {
  return {
    joined(person, id) {
      const room = chat.rooms.byId(id);
      if (!room) return;
      chat.listings.entered(room, person);
      room.putOut.delete(person.id);
      if (room.members.size > 0) chat.notices.joined(room, person);
    },
    left(person, id) {
      const room = chat.rooms.byId(id);
      if (!room) return;
      chat.listings.left(room, person);
      if (!room.putOut.delete(person.id) && room.members.size > 0) chat.notices.left(room, person);
    },
    died(sessions, isJudge) {
      chat.directMessages.lookAgain();
      const dead = new Set(sessions);
      for (const room of chat.rooms.all()) {
        // Nodes that follow a room know who owns it; one node looks after those that nobody follows any more.
        if (dead.has(room.rights.owner ?? 0) && (isJudge || room.members.size > 0)) passOn(chat, room);
      }
    },
    doubted(id) {
      const session = chat.sessionsById.get(id);
      if (session) session.standing = "doubted";
    },
    held(id) {
      const session = chat.sessionsById.get(id);
      if (session) chat.settleStanding(session, "held");
    },
    lostName(id) {
      const session = chat.sessionsById.get(id);
      if (!session) return;
      chat.settleStanding(session, "lost");
      session.outlet.askNameAgain(texts.lostName);
    },
    rewound: () => chat.reconciliation.expectOtherRooms(),
    isolated(isCutOff) {
      if (chat.isIsolated === isCutOff) return;
      chat.isIsolated = isCutOff;
      chat.telemetry.isolated(isCutOff);
      for (const session of chat.sessions.values()) {
        session.reply(renderNotice(isCutOff ? texts.cutOff : texts.backAgain));
      }
      if (isCutOff) chat.sequencer.pause();
      else chat.sequencer.resume([chat.server, ...chat.subscriptions.followed()]);
    },
  };
}

function hear(chat: Chat, news: ClusterMessage): void {
  switch (news.type) {
    case "entries":
    case "look": {
      const stream = news.stream === chat.server.id ? chat.server : chat.rooms.byId(news.stream);
      if (!stream) return;
      if (news.type === "entries") chat.heard(stream, news.entries, news.previousAtMicros);
      else if (stream.isFollowed) chat.sequencer.catchUpSoon(stream, 0);
      else stream.isBehind = true;
      return;
    }
    case "whisper":
    case "heard":
    case "ghost":
      return chat.directMessages.hear(news);
    case "people":
      // That is for whoever keeps account of people.
      return;
  }
}
