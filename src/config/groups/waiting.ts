import type { Setting } from "../setting.ts";
import { bytes, count, duration } from "../values.ts";

/** What may wait: for the store, and for readers. */
export const waiting = {
  maxPendingMessages: {
    value: count,
    default: "10000",
    placeholder: "N",
    isReloadable: true,
    help: "lines that may wait to be stored",
  },
  maxPendingBytes: {
    value: bytes,
    default: "16777216",
    placeholder: "BYTES",
    isReloadable: true,
    help: "bytes that may wait to be stored",
  },
  maxPendingAge: {
    value: duration,
    default: "10s",
    placeholder: "TIME",
    isReloadable: true,
    help: "how long a line may wait to be stored",
  },
  outboxSkipBytes: {
    value: bytes,
    default: "262144",
    placeholder: "BYTES",
    isReloadable: true,
    help: "skip lines when this much waits for a slow reader",
  },
  outboxSkipAfter: {
    value: duration,
    default: "10s",
    placeholder: "TIME",
    isReloadable: true,
    help: "skip lines for a reader that has read nothing for this long",
  },
  outboxCloseBytes: {
    value: bytes,
    default: "1048576",
    placeholder: "BYTES",
    isReloadable: true,
    help: "disconnect a slow reader when this much waits for it",
  },
  outboxCloseAfter: {
    value: duration,
    default: "30s",
    placeholder: "TIME",
    isReloadable: true,
    help: "disconnect a reader that has read nothing for this long",
  },
  outboxTotal: {
    value: bytes,
    default: null,
    placeholder: "BYTES",
    isReloadable: true,
    help: "limit for all that waits for readers together, and for all lines that wait (default: a quarter of the memory)",
  },
} as const satisfies Record<string, Setting>;
