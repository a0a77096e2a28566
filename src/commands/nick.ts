import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";

export const nick: Command = {
  name: "nick",
  aliases: [],
  usage: "/nick",
  help: "how to change your name",
  access: "anyone",
  args: { min: 0, max: 1 },
  run({ reply }) {
    reply(texts.nick);
  },
};
