import { findProgram, programVersion } from "./installed.ts";
import type { Peer } from "./peer.ts";

/** Redis as a chat: a room is a channel, people subscribe to it and publish in it, and get their own lines back. */
export const redis: Peer = {
  name: "redis",
  dialect: "redis",
  connectsAtOnce: 1000,
  onlyWhereNamed: true,
  version: () => programVersion("redis-server"),
  command: (place) => {
    const listen = ["--bind", place.host, "--port", String(place.port), "--protected-mode", "no"];
    const unlimited = [
      "--maxclients",
      "30000",
      "--client-output-buffer-limit",
      "pubsub 0 0 0",
      "--tcp-backlog",
      "4096",
    ];
    const nothingStored = ["--save", "", "--appendonly", "no"];
    return [findProgram("redis-server") ?? "redis-server", ...listen, ...unlimited, ...nothingStored];
  },
};
