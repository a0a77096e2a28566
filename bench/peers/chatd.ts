import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { projectVersion } from "../measure/machine.ts";
import type { Peer, Place } from "./peer.ts";

const launcher = fileURLToPath(new URL("../../bin/chatd", import.meta.url));

/** Limits that one address with a thousand people would meet; they are switched off here. */
const limitsOff: readonly string[] = [
  "max-connections-per-address",
  "max-new-per-minute",
  "flood-burst",
  "flood-burst-per-address",
  "bytes-per-hour-per-address",
  "rooms-created-per-address",
].flatMap((name) => [`--${name}`, "0"]);

const peopleExempt: readonly string[] = ["--trusted-proxy", "127.0.0.1"];

function chatd(name: string, database: (place: Place) => string, cluster: Pick<Peer, "nodesOnPostgres"> = {}): Peer {
  return {
    ...cluster,
    name,
    dialect: "telnet",
    connectsAtOnce: 1000,
    version: () => (existsSync(launcher) ? `chatd ${projectVersion()}` : null),
    command: (place) => {
      const listen = ["--host", place.host, "--port", String(place.port), "--ops-port", "off", "--admin-socket", "off"];
      const store = ["--data-dir", place.dir, "--database", database(place)];
      const lobby = ["--lobby", place.lobby ? "lobby" : "none"];
      return [
        launcher,
        "serve",
        ...listen,
        ...store,
        ...lobby,
        "--log-level",
        "warn",
        ...(place.asShipped ? peopleExempt : limitsOff),
      ];
    },
  };
}

export const chatdDurable = chatd("chatd", (place) => `sqlite:${join(place.dir, "chatd.db")}`);
export const chatdMemory = chatd("chatd-memory", () => "memory:");

/** On a database that is shared, or that could be. */
function onPostgres(name: string, nodes: number): Peer {
  return chatd(name, (place) => place.database ?? "none", { nodesOnPostgres: nodes });
}

export const chatdPostgres = onPostgres("chatd-postgres", 1);
export const chatdCluster = onPostgres("chatd-cluster", 3);
