import { reservedNames } from "../reserved-names.ts";
import type { Setting } from "../setting.ts";
import { age, duration, roomOrNone, text, userName } from "../values.ts";

/** What people meet: rooms and names. */
export const people = {
  lobby: {
    value: roomOrNone,
    default: "lobby",
    placeholder: "NAME|none",
    help: "room that people enter after login",
  },
  unusedRooms: {
    value: age,
    default: "24h",
    placeholder: "TIME",
    isReloadable: true,
    help: "end an empty public room after this if nothing was ever said in it; 0: never",
  },
  grace: {
    value: duration,
    default: "10m",
    placeholder: "TIME",
    isReloadable: true,
    help: "keep the name, rooms and rights of somebody whose connection broke for this long; 0: not at all",
  },
  welcome: {
    value: text,
    default: null,
    placeholder: "FILE",
    isReloadable: true,
    help: "text in UTF-8, up to 64 KiB, that is shown before the login prompt",
  },
  reservedNames: {
    value: userName,
    default: reservedNames,
    placeholder: "NAME",
    isList: true,
    isReloadable: true,
    help: "names that nobody may take (default: those that could be read as the server)",
  },
} as const satisfies Record<string, Setting>;
