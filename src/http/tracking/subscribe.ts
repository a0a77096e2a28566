import type { Context } from "../../chat/context.ts";
import { EventFeed } from "../../chat/tracking/event-feed.ts";
import type { EventReceiver, Seen, Wanted } from "../../chat/tracking/event-subscription.ts";
import { keyOf, type NameKey } from "../../domain/names.ts";
import { trackingFormat, trackingView } from "../../formats/tracking/tracking-format.ts";
import { HttpError } from "../errors.ts";
import type { WebSocketConnection } from "../websocket/connection.ts";
import type { Endpoint, UpgradeRequest } from "../websocket/upgrade.ts";
import { accountFor } from "./accounts.ts";

/** Names the header that says where the events of each account begin: those after these numbers. */
export const BEGIN_HEADER = "Chatd-After";
/** Maximum length of its value: clients take about 16 KiB of headers. */
const MAX_BEGIN = 8 * 1024;

export interface SubscribeParts {
  readonly context: Pick<
    Context,
    "applications" | "clock" | "rooms" | "settings" | "store" | "subscriptions" | "telemetry"
  >;
  /** Called when events were not given to a peer that is too slow for them. */
  readonly skipped: (events: number) => void;
}

/** Returns what `GET /websocket` does: the last events, or those that were missed, and then what comes. */
export function subscribe({ context, skipped }: SubscribeParts): Endpoint {
  const feed = new EventFeed(context);
  return async (request) => {
    const wanted = wantedBy(context, request);
    const subscription = await feed.open(wanted);
    return {
      headers: beginHeaders(subscription.begin),
      start: (connection) => subscription.start(receiverOn(connection)),
      abandon: () => subscription.close(),
      ended: () => subscription.close(),
      skipped: (events) => {
        skipped(events);
        // Whoever gets numbers comes back with the last one, and misses nothing.
        return !hasSeq(request.query);
      },
    };
  };
}

function receiverOn(connection: WebSocketConnection): EventReceiver {
  return {
    format: trackingFormat,
    get isOpen() {
      return connection.isOpen;
    },
    deliver: (chunk) => connection.deliver(chunk),
    whenDrained: () => connection.whenDrained(),
    fail: (why) => connection.closeBecause(why),
  };
}

/** Throws an `HttpError`. */
function wantedBy(context: Pick<Context, "applications">, { query, ...credentials }: UpgradeRequest): Wanted {
  const handle = query.get("account");
  const application = accountFor(context, handle, credentials);
  const after = query.get("after");
  const view = trackingView({ hasSeq: hasSeq(query), isBinary: isOn(query, "binary") });
  const seen = after === null ? null : parseAfter(after, application?.handle.key ?? null);
  return { application, after: seen, format: trackingFormat, view };
}

function hasSeq(query: URLSearchParams): boolean {
  return isOn(query, "seq");
}

function isOn(query: URLSearchParams, name: string): boolean {
  const value = query.get(name) ?? "0";
  if (value !== "0" && value !== "1") throw new HttpError(422, "not-a-flag", `${name} must be 0 or 1.`);
  return value === "1";
}

const BAD_AFTER = "after must be the number of an event, where account is given, or such as celtra:12,other:5.";

/** @param account the only one that is asked for; null: all are */
function parseAfter(text: string, account: NameKey | null): ReadonlyMap<NameKey, number> {
  if (account !== null && /^\d{1,15}$/.test(text)) return new Map([[account, Number(text)]]);
  const parts = text === "" ? [] : text.split(",");
  return new Map(
    parts.map((part) => {
      const { handle, seq } = /^(?<handle>[\w-]{1,64}):(?<seq>\d{1,15})$/.exec(part)?.groups ?? {};
      if (handle === undefined || seq === undefined) throw new HttpError(422, "bad-after", BAD_AFTER);
      return [keyOf(handle), Number(seq)];
    }),
  );
}

function beginHeaders(begin: readonly Seen[]): Record<string, string> {
  const value = begin.map(([handle, seq]) => `${handle}:${seq}`).join(",");
  return value.length <= MAX_BEGIN ? { [BEGIN_HEADER]: value } : {};
}
