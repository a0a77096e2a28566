import { texts } from "../formats/text/sentences.ts";
import { NEWLINE, renderNotice } from "../formats/text/text-format.ts";
import type { Protocol, Rejection } from "../net/protocol.ts";
import { Connection } from "./connection.ts";
import type { Door } from "./door.ts";

/** Returns what is spoken at the ports of the telnet door. */
export function telnetProtocol(door: Door): Protocol {
  return {
    connect: (socket, address) => new Connection(socket, address, door),
    rejectionText: (rejection) => lineOf(rejection) + NEWLINE,
  };
}

function lineOf(rejection: Rejection): string {
  switch (rejection.why) {
    case "draining":
      return renderNotice(texts.goingAway);
    case "banned":
      return texts.addressBanned(rejection.reason);
    case "not-through-proxy":
    case "not-tls":
      return texts.turnedAway[rejection.why];
    default:
      return texts.turnedAway[rejection.why](rejection.limit);
  }
}
