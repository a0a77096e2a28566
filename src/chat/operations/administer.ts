import { type Actor } from "../../domain/principal.ts";
import type { Absence } from "../../ports/absence.ts";
import type { Person } from "../../ports/presence.ts";
import type { BanRecord } from "../../ports/store.ts";
import type { Context } from "../context.ts";
import type { Room } from "../rooms/room.ts";
import { closeByOperator, lookAtServer, tellAll } from "../server-stream.ts";

/** Tells everybody. Resolves with the number of people; rejects with a `Refusal` if other nodes cannot be told. */
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

/** Closes somebody's connection, wherever it is. Rejects with a `Refusal` if their node cannot be told. */
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

/** Ends the session of somebody who is away. Resolves with whether they still were; rejects with a `StoreError`. */
export async function endAbsence(
  parts: Pick<Context, "presence" | "telemetry">,
  actor: Actor,
  absence: Absence,
): Promise<boolean> {
  const hasEnded = await parts.presence.end(absence);
  if (hasEnded) audit(parts, actor, "kick", absence.name.shown);
  return hasEnded;
}

/**
 * Bans an address, range or name. Resolves with the number of connections closed here, and of sessions of people who were away
 * that have ended; rejects with a `StoreError`.
 */
export async function banFromServer(
  parts: Pick<Context, "bans" | "bus" | "presence" | "sequencer" | "server" | "store" | "telemetry">,
  actor: Actor,
  ban: BanRecord,
): Promise<{ readonly closed: number; readonly ended: number }> {
  const { bans, presence } = parts;
  const closed = await bans.add(ban);
  audit(parts, actor, "ban", ban.subject);
  lookAtServer(parts);
  const banned = [...presence.away()].filter((absence) => bans.onPerson(absence));
  const ended = await Promise.all(banned.map((absence) => presence.end(absence)));
  return { closed, ended: ended.filter(Boolean).length };
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

/** Writes what the operator did to the audit log. @param subject to whom or what; null: to all, or to the whole room */
export function audit(
  { telemetry }: Pick<Context, "telemetry">,
  { who }: Actor,
  act: string,
  subject: string | null,
  room: Room | null = null,
): void {
  telemetry.acted({ act: `admin ${act}`, by: who.name.shown, room: room && room.name.shown, subject });
}
