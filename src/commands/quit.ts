import type { Command } from "./command.ts";

export const quit: Command = {
  name: "quit",
  aliases: ["exit", "bye", "q"],
  usage: "/quit",
  help: "leave the chat",
  access: "anyone",
  // Words of farewell, as on IRC: nobody is shown them.
  args: { min: 0, max: 1, rest: true },
  run({ session }) {
    session.outlet.close({ type: "bye" }, "quit");
  },
};
