import { Refusal } from "../domain/refusals.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command } from "./command.ts";

export const set: Command = {
  name: "set",
  aliases: [],
  usage: "/set time on|off",
  help: "shows the time (UTC) before every line, or not",
  access: "anyone",
  args: { min: 2, max: 2 },
  run({ session, reply }, [setting = "", value = ""]) {
    const wanted = value.toLowerCase();
    if (setting.toLowerCase() !== "time" || (wanted !== "on" && wanted !== "off")) {
      throw new Refusal("unknown-setting");
    }
    session.showsTime = wanted === "on";
    reply(session.showsTime ? texts.timeOn : texts.timeOff);
  },
};
