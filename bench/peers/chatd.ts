import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { certify } from "../../tools/certificate.ts";
import { projectVersion } from "../measure/machine.ts";
import { writeRooms } from "./many-rooms.ts";
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

/** Limits that a server whose rooms were there before is not to meet, where this chatd has them. */
const roomLimits = ["max-rooms", "rooms-created-per-user", "rooms-created-per-address"];

function roomLimitsOff(): readonly string[] {
  const help = execFileSync(launcher, ["serve", "--help"], { encoding: "utf8" });
  return roomLimits.filter((name) => help.includes(`--${name} `)).flatMap((name) => [`--${name}`, "0"]);
}

function withTls({ dir, tlsPort }: Place): readonly string[] {
  if (tlsPort === null) return [];
  const { cert, key } = certify(dir, "chatd-bench");
  return ["--tls-port", String(tlsPort), "--tls-cert", cert, "--tls-key", key];
}

function chatd(
  name: string,
  database: (place: Place) => string,
  more: Partial<Pick<Peer, "nodesOnPostgres" | "onlyWhereNamed" | "dialect">> = {},
): Peer {
  return {
    dialect: "telnet",
    ...more,
    name,
    connectsAtOnce: 1000,
    version: () => (existsSync(launcher) ? `chatd ${projectVersion()}` : null),
    command: (place) => {
      const listen = ["--host", place.host, "--port", String(place.port), "--admin-socket", "off"];
      const ops = ["--ops-port", place.opsPort === null ? "off" : String(place.opsPort), "--http-port", "off"];
      const store = ["--data-dir", place.dir, "--database", database(place)];
      const lobby = ["--lobby", place.lobby ? "lobby" : "none"];
      if (place.rooms > 0) writeRooms(join(place.dir, "chatd.db"), place);
      return [
        launcher,
        "serve",
        ...listen,
        ...ops,
        ...withTls(place),
        ...store,
        ...lobby,
        "--log-level",
        "warn",
        ...(place.asShipped ? peopleExempt : limitsOff),
        ...(place.rooms > 0 ? roomLimitsOff() : []),
      ];
    },
  };
}

export const chatdDurable = chatd("chatd", (place) => `sqlite:${join(place.dir, "chatd.db")}`);
export const chatdMemory = chatd("chatd-memory", () => "memory:");
/** Everybody has a line half typed, which is shown again below what comes in. */
export const chatdKeys = chatd("chatd-keys", (place) => `sqlite:${join(place.dir, "chatd.db")}`, {
  onlyWhereNamed: true,
  dialect: "telnet-keys",
});

/** On a database that is shared, or that could be. */
function onPostgres(name: string, nodes: number): Peer {
  return chatd(name, (place) => place.database ?? "none", { nodesOnPostgres: nodes, onlyWhereNamed: true });
}

export const chatdPostgres = onPostgres("chatd-postgres", 1);
export const chatdCluster = onPostgres("chatd-cluster", 3);
