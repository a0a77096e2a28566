import { Refusal } from "../domain/refusals.ts";
import { texts } from "../formats/text/sentences.ts";
import type { Command, Invocation } from "./command.ts";

/** Something that is on or off. */
interface Setting {
  readonly isOn: (invocation: Invocation) => boolean;
  readonly set: (invocation: Invocation, isOn: boolean) => void;
}

const settings: ReadonlyMap<string, Setting> = new Map<string, Setting>(
  Object.entries({
    time: {
      isOn: ({ session }) => session.showsTime,
      set: ({ context, session, reply }, isOn) => {
        session.showsTime = isOn;
        context.presence.moved(session.id);
        reply(isOn ? texts.timeOn : texts.timeOff);
      },
    },
    edit: {
      isOn: ({ output }) => output.display.isEditing,
      set: ({ output: { display }, reply }, isOn) => {
        reply(isOn ? (display.isEditing ? texts.editOn : texts.editAsked) : texts.editOff);
        // Behind the sentence: nc shows what is asked.
        display.isEditing = isOn;
      },
    },
    redraw: {
      isOn: ({ output }) => output.display.isRedrawn,
      set: ({ output: { display }, reply }, isOn) => {
        display.isRedrawn = isOn;
        reply(!display.isEditing ? texts.redrawWithoutEdit : isOn ? texts.redrawOn : texts.redrawOff);
      },
    },
    prompt: {
      isOn: ({ output }) => output.display.showsPrompt,
      set: ({ output: { display }, reply }, isOn) => {
        display.showsPrompt = isOn;
        reply(!isOn ? texts.promptOff : display.isEditing ? texts.promptOn : texts.promptWithoutEdit);
      },
    },
  } satisfies Readonly<Record<string, Setting>>),
);

export const settingNames = [...settings.keys()];

export const set: Command = {
  name: "set",
  aliases: [],
  usage: "/set [SETTING on|off]",
  help: "show the settings, or change one",
  access: "anyone",
  args: { min: 0, max: 2 },
  run(invocation, [name = "", value = ""]) {
    if (name === "")
      return invocation.reply(texts.settings(settingNames.map((one) => shown(invocation, one)).join(", ")));
    const setting = settings.get(name.toLowerCase());
    if (!setting) throw new Refusal("unknown-setting", { names: settingNames.join(", ") });
    const wanted = value.toLowerCase();
    if (wanted !== "on" && wanted !== "off") throw new Refusal("not-on-or-off", { setting: name.toLowerCase() });
    setting.set(invocation, wanted === "on");
  },
};

/** `time off` */
function shown(invocation: Invocation, name: string): string {
  return `${name} ${settings.get(name)?.isOn(invocation) ? "on" : "off"}`;
}
