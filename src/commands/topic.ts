import { kinds } from "../domain/entry.ts";
import { renderTopic } from "../formats/text/render.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom } from "./lookups.ts";

/** Takes a topic away. */
const NONE = "-";

export const topic: Command = {
  name: "topic",
  aliases: [],
  usage: "/topic [TEXT]",
  help: "shows the topic, sets it, or removes it with -",
  access: "in-a-room",
  args: { min: 0, max: 1, rest: true },
  async run(chat, session, [text]) {
    const room = currentRoom(session);
    if (text === undefined) {
      session.reply(room.topic === "" ? texts.noTopic(room.name.shown) : renderTopic(room.topic));
      return;
    }
    const body = text === NONE ? "" : text;
    await chat.perform(room, { session, action: "set-topic", kind: kinds.topic, body });
    session.reply(body === "" ? texts.topicCleared : texts.topicChanged);
  },
};
