import type { Setting } from "../setting.ts";
import { bus, lease } from "../values.ts";

/** What nodes that share a database agree on. */
export const cluster = {
  bus: {
    value: bus,
    default: "auto",
    placeholder: "BUS",
    help: "how nodes notify each other: auto, local or postgres",
  },
  lease: {
    value: lease,
    default: "10s",
    placeholder: "TIME",
    help: "how long a node may be silent before its people count as gone",
  },
} as const satisfies Record<string, Setting>;
