import { setTopic } from "../chat/operations/set-topic.ts";
import { renderTopic } from "../formats/text/text-format.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";
import { currentRoom } from "./lookups.ts";

/** Takes a topic away. */
const NONE = "-";

export const topic: Command = {
  name: "topic",
  aliases: [],
  usage: "/topic [TEXT]",
  help: "show the topic, set it, or remove it with -",
  access: "in-a-room",
  args: { min: 0, max: 1, rest: true },
  async run({ context, session, reply }, [text]) {
    const room = currentRoom(session);
    if (text === undefined) {
      reply(room.topic === "" ? texts.noTopic(room.name.shown) : renderTopic(room.topic));
      return;
    }
    const topicText = text === NONE ? "" : text;
    await setTopic(context, session, room, topicText);
    reply(topicText === "" ? texts.topicCleared : texts.topicChanged);
  },
};
