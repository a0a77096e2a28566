import { join } from "node:path";
import { OWN_DELAY } from "../../src/chat/pipeline.ts";
import { MIN_DELAY_MS } from "../../src/streams/batch-delay.ts";
import { compiled } from "../native/compile.ts";
import { programVersion } from "./installed.ts";
import type { Peer, Place } from "./peer.ts";

/** What fan-out costs at least: `bench/native/limit.c`, which only gives lines to the others in a room. */
function limit(name: string, more: (place: Place) => readonly string[]): Peer {
  return {
    name,
    dialect: "telnet",
    connectsAtOnce: 1000,
    onlyWhereNamed: true,
    version: () => (compiled("limit") === null ? null : `compiled by ${programVersion("cc")}`),
    command: (place) => {
      const waits = [OWN_DELAY.part, MIN_DELAY_MS, OWN_DELAY.maxMs].map(String);
      return [compiled("limit") ?? "limit", place.host, String(place.port), ...waits, ...more(place)];
    },
  };
}

export const limitMemory = limit("limit", () => []);
/** The same, with the lines of a turn in a file, synced, before anybody gets them. */
export const limitDurable = limit("limit-durable", (place) => [join(place.dir, "lines")]);
