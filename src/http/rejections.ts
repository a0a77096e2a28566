import { texts } from "../formats/text/sentences.ts";
import type { Rejection } from "../net/protocol.ts";
import { rawAnswer } from "./client-errors.ts";

const MINUTE_SECONDS = 60;

/** Returns the answer to a peer that may not come in, whatever it would have asked. */
export function rejectionAnswer(rejection: Rejection): string {
  const { why } = rejection;
  switch (why) {
    case "draining":
      return rawAnswer(503, { error: texts.goingAway, code: why }, ["Retry-After: 1"]);
    case "banned":
      return rawAnswer(403, { error: texts.addressBanned(rejection.reason), code: why });
    case "not-through-proxy":
      return rawAnswer(403, { error: texts.turnedAway[why], code: why });
    case "not-tls":
      return rawAnswer(400, { error: "This port speaks TLS. Begin the URL with https://", code: why });
    case "max-connections":
      return rawAnswer(503, { error: texts.turnedAway[why](rejection.limit), code: why }, ["Retry-After: 1"]);
    case "max-connections-per-address":
      return rawAnswer(429, { error: texts.turnedAway[why](rejection.limit), code: why });
    case "max-new-per-minute": {
      const seconds = Math.ceil(MINUTE_SECONDS / rejection.limit);
      return rawAnswer(429, { error: texts.turnedAway[why](), code: why }, [`Retry-After: ${seconds}`]);
    }
  }
}
