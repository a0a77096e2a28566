import { z } from "zod";
import { parseRoomName, parseUserName } from "../domain/names.ts";
import { parseDuration } from "../domain/duration.ts";
import { parseRange } from "../domain/ranges.ts";
import { LOG_LEVELS } from "../ports/telemetry.ts";
import { parseDatabaseUrl } from "../store/open-store.ts";

/** Kinds of values, each read from a string, as flags and the environment have; a value of a file is made one. */

export const port = z
  .string()
  .regex(/^\d{1,5}$/, "not a port")
  .transform(Number)
  .refine((value) => value <= 65535, "not a port: the highest is 65535");

export const portOrOff = z
  .literal("off")
  .transform(() => null)
  .or(port);

/** A whole number, zero or more. */
export const count = z
  .string()
  .regex(/^\d{1,15}$/, "not a whole number")
  .transform(Number);

export const bytes = count;

/** Maximum time of a timer: Node fires a longer one at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** `30s`, `1.5h`, `200ms`, or 0; becomes milliseconds. */
export const duration = z
  .string()
  .transform((value, context) => parseDuration(value) ?? problem(context, "write a time such as 30s, 5m or 12h"))
  .refine((value) => value <= MAX_TIMER_MS, "too long: up to 24d");

/** Minimum lease: a shorter one would run out in the pauses of any process. */
const MIN_LEASE_MS = 500;

export const lease = duration.refine((value) => value >= MIN_LEASE_MS, "too short: at least 500ms");

export const bus = oneOf("auto", "local", "postgres");

/** As `duration`, but of any length: for what no timer waits for. */
export const age = z
  .string()
  .transform((value, context) => parseDuration(value) ?? problem(context, "write a time such as 12h or 90d, or 0"));

export const trueOrFalse = oneOf("true", "false").transform((value) => value === "true");

export const range = z
  .string()
  .transform((value, context) => parseRange(value) ?? problem(context, "not an address or a range such as 10.0.0.0/8"));

/** A URL without a slash at its end. */
export const httpUrl = z
  .url({ protocol: /^http$/, error: "not a URL such as http://169.254.169.254" })
  .transform((value) => value.replace(/\/+$/, ""));

/** What `Authorization: Bearer` can carry (RFC 6750, 2.1). */
export const apiKey = z
  .string()
  .regex(/^[A-Za-z0-9._~+/-]+=*$/, "a key may have letters, digits and -._~+/ alone. Try: openssl rand -hex 24");

/** A host's name as it is compared: in lower case, without a dot at its end. */
export const hostName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?$/, "not a host's name such as chat.example, without a port")
  .transform((value) => value.toLowerCase().replace(/\.$/, ""));

/** A web site's origin as browsers send it (RFC 6454, 6.1). */
export const origin = z
  .url({ protocol: /^https?$/, error: "not a web site such as https://app.example" })
  .transform((value, context) => {
    const url = new URL(value);
    return url.href === `${url.origin}/` ? url.origin : problem(context, `write ${url.origin}, without a path`);
  });

export const pathOrOff = z
  .literal("off")
  .transform(() => "off" as const)
  .or(z.string().min(1, "empty"));

export const text = z.string().min(1, "empty");

export const roomOrNone = z
  .literal("none")
  .transform(() => null)
  .or(z.string().transform((value, context) => parseRoomName(value) ?? problem(context, "not a room's name")));

export const userName = z
  .string()
  .transform((value, context) => parseUserName(value)?.key ?? problem(context, "not a user's name"));

export const database = z.string().transform((value, context) => {
  const url = parseDatabaseUrl(value);
  return "problem" in url ? problem(context, url.problem) : url;
});

export const logLevel = oneOf(...LOG_LEVELS);

export const logFormat = oneOf("auto", "text", "json");

/** One of these words. */
function oneOf<const T extends readonly string[]>(...words: T) {
  return z.enum(words, `write ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`);
}

function problem(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}
