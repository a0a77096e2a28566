import { type Actor } from "../../domain/principal.ts";
import type { Person } from "../../ports/presence.ts";
import type { BanRecord } from "../../ports/store.ts";
import type { Context } from "../context.ts";
import { closeByOperator, lookAtServer, tellAll } from "../server-stream.ts";

/** What the operator of the server does to all of it. Each is written to the audit log. */

/** Tells everybody on all nodes something. Resolves with how many people that are; rejects with a `Refusal` where other nodes cannot be told. */
export async function broadcast(
  parts: Pick<Context, "pipeline" | "presence" | "server" | "sessions" | "store" | "telemetry">,
  actor: Actor,
  text: string,
): Promise<number> {
  const { pipeline, presence, server, sessions, store } = parts;
  if (store.isShared) await pipeline.announce(server, { kind: "broadcast", text });
  else tellAll(sessions, text);
  audit(parts, actor, "broadcast", null);
  return presence.count;
}

/** Closes somebody's connection, wherever it is. Rejects with a `Refusal` where their node cannot be told. */
export async function closeSession(
  parts: Pick<Context, "pipeline" | "server" | "sessions" | "telemetry">,
  actor: Actor,
  { id, name }: Person,
  reason: string,
): Promise<void> {
  const session = parts.sessions.get(id);
  if (session) closeByOperator(session, reason);
  else await parts.pipeline.announce(parts.server, { kind: "expelled", session: id, reason });
  audit(parts, actor, "kick", name.shown);
}

/** Bans an address, a range or a name from the server. Resolves with how many connections were closed here; rejects with a `StoreError`. */
export async function banFromServer(
  parts: Pick<Context, "bans" | "bus" | "sequencer" | "server" | "store" | "telemetry">,
  actor: Actor,
  ban: BanRecord,
): Promise<number> {
  const closed = await parts.bans.add(ban);
  audit(parts, actor, "ban", ban.subject);
  lookAtServer(parts);
  return closed;
}

/** Lifts a ban. Resolves with whether there was one; rejects with a `StoreError`. */
export async function unbanFromServer(
  parts: Pick<Context, "bans" | "bus" | "sequencer" | "server" | "store" | "telemetry">,
  actor: Actor,
  subject: string,
): Promise<boolean> {
  if (!(await parts.bans.remove(subject))) return false;
  lookAtServer(parts);
  audit(parts, actor, "unban", subject);
  return true;
}

/** Writes down what the operator did. @param subject to whom or what; null: to all */
export function audit(
  { telemetry }: Pick<Context, "telemetry">,
  { who }: Actor,
  act: string,
  subject: string | null,
): void {
  telemetry.acted({ act: `admin ${act}`, by: who.name.shown, room: null, subject });
}
