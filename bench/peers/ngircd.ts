import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram, programVersion } from "./installed.ts";
import type { Peer, Place } from "./peer.ts";

export const ngircd: Peer = {
  name: "ngircd",
  dialect: "irc",
  connectsAtOnce: 10, // its backlog is fixed; past it connections are reset
  version: () => programVersion("ngircd"),
  command: (place) => {
    const file = join(place.dir, "ngircd.conf");
    writeFileSync(file, config(place));
    return [findProgram("ngircd") ?? "ngircd", "--nodaemon", "--config", file];
  },
};

/** No penalties, no connection limits, no look-ups, no pings while a window runs. */
function config(place: Place): string {
  return `[Global]
Name = irc.bench.test
Info = bench
AdminEMail = bench@bench.test
Listen = ${place.host}
Ports = ${place.port}
MotdPhrase = bench
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxJoins = 0
MaxNickLength = 31
MaxPenaltyTime = 0
PingTimeout = 5000
PongTimeout = 5000
[Options]
DNS = no
Ident = no
PAM = no
`;
}
