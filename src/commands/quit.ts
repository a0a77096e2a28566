import type { Command } from "./command.ts";

export const quit: Command = {
  name: "quit",
  aliases: ["exit"],
  usage: "/quit",
  help: "leave the chat",
  access: "anyone",
  args: { min: 0, max: 0 },
  run({ session }) {
    session.outlet.close({ type: "bye" }, "quit");
  },
};
