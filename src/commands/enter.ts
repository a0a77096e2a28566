import { enterApplication } from "../chat/operations/enter-application.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";

export const enter: Command = {
  name: "enter",
  aliases: [],
  usage: "/enter APP [TOKEN]",
  help: "see the rooms of APP; /enter main ends that",
  access: "anyone",
  args: { min: 1, max: 2 },
  run({ context, session, reply }, [handle = "", token]) {
    const application = enterApplication(context, session, handle, token ?? null);
    reply(application ? texts.enteredApplication(application.handle.shown) : texts.enteredMain);
  },
};
