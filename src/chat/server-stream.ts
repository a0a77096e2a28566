import { decodeChange } from "../domain/change.ts";
import type { Entry } from "../domain/entry.ts";
import { forgetApplication, type ForgetParts, reloadApplicationsSoon } from "./applications/lifecycle.ts";
import type { Context } from "./context.ts";
import type { Session } from "./sessions/session.ts";
import type { Sessions } from "./sessions/sessions.ts";

/** Applies an entry of the server's stream on this node. */
export function applyServerEntry(
  parts: ForgetParts & Pick<Context, "bans" | "store" | "subscriptions">,
  entry: Entry,
): void {
  const { subscriptions, sessions, bans } = parts;
  const change = decodeChange(entry);
  switch (change?.kind) {
    case "roomMade":
      return subscriptions.madeElsewhere(change.room);
    case "roomEnded":
      return subscriptions.endedElsewhere(change.room);
    case "broadcast":
      return tellAll(sessions, change.text);
    case "expelled": {
      const session = sessions.get(change.session);
      if (session) closeByOperator(session, change.reason);
      return;
    }
    case "bansChanged":
      return bans.reloadSoon();
    case "applicationChanged":
      return reloadApplicationsSoon(parts);
    case "applicationEnded":
      forgetApplication(parts, change.application);
      // What was read before may come after this, and still have it.
      return reloadApplicationsSoon(parts);
    default:
      return;
  }
}

/** Tells everybody at this node what the server's operator says. */
export function tellAll(sessions: Sessions, text: string): void {
  for (const session of sessions.all()) session.outlet.tell({ type: "broadcast", text });
}

export function closeByOperator({ outlet }: Session, reason: string): void {
  outlet.close({ type: "closed-by-operator", reason }, "kicked");
}

/** Called when a shared store has written into the server's stream: has all nodes, this one included, read it. */
export function lookAtServer({
  store,
  bus,
  sequencer,
  server,
}: Pick<Context, "store" | "bus" | "sequencer" | "server">): void {
  if (!store.isShared) return;
  bus.publish({ type: "changed", stream: server.id });
  sequencer.catchUpSoon(server);
}
