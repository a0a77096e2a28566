import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";

export const quit: Command = {
  name: "quit",
  aliases: ["exit"],
  usage: "/quit",
  help: "leaves the chat",
  access: "anyone",
  args: { min: 0, max: 0 },
  run(_chat, session) {
    session.outlet.close(texts.bye, "quit");
  },
};
