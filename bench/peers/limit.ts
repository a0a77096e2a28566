import { join } from "node:path";
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
    command: (place) => [compiled("limit") ?? "limit", place.host, String(place.port), ...more(place)],
  };
}

export const limitMemory = limit("limit", () => []);
/** The same, with the lines of a turn in a file, synced, before anybody gets them. */
export const limitDurable = limit("limit-durable", (place) => [join(place.dir, "lines")]);
