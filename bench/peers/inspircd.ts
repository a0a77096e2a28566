import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram, programVersion } from "./installed.ts";
import type { Peer, Place } from "./peer.ts";

export const inspircd: Peer = {
  name: "inspircd",
  dialect: "irc",
  connectsAtOnce: 1000,
  version: () => programVersion("inspircd"),
  command: (place) => {
    const file = join(place.dir, "inspircd.conf");
    writeFileSync(file, config(place));
    const asRoot = process.getuid?.() === 0 ? ["--runasroot"] : [];
    return [findProgram("inspircd") ?? "inspircd", ...asRoot, "--config", file, "--nofork"];
  },
};

/** No flood control, no connection limits, no look-ups, no pings while a window runs. */
function config(place: Place): string {
  return `<server name="irc.bench.test" description="bench" network="Bench" id="00A">
<admin name="bench" email="bench@bench.test" nick="bench">
<bind address="${place.host}" port="${place.port}" type="clients">
<connect name="main" allow="*" timeout="60" pingfreq="5000" fakelag="off" commandrate="100000000" threshold="1000000"
  hardsendq="100M" softsendq="50M" recvq="1M" localmax="100000" globalmax="100000" limit="100000" maxconnwarn="off"
  maxchans="50" resolvehostnames="no" useident="no">
<class name="x" commands="*">
<type name="x" classes="x">
<performance softlimit="100000" somaxconn="4096" netbuffersize="10240" nouserdns="yes" clonesonconnect="no">
<limits maxnick="31">
<connectban threshold="100000">
<dns server="127.0.0.1" timeout="1">
<pid file="${join(place.dir, "inspircd.pid")}">
<log method="file" type="*" level="default" target="${join(place.dir, "inspircd.log")}">
`;
}
