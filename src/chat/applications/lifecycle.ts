import { bareKeysOf } from "../../domain/names.ts";
import { refusalIn } from "../../domain/permissions.ts";
import type { ApplicationRecord } from "../../ports/application-store.ts";
import type { Context } from "../context.ts";
import { dropMembers, type LeaveParts, noteFormerRooms } from "../rooms/membership.ts";
import type { Session } from "../sessions/session.ts";
import type { Application } from "./applications.ts";

/** What is needed to forget an application. */
export type ForgetParts = LeaveParts & Pick<Context, "applications" | "fanOut" | "rooms">;

type ReloadParts = ForgetParts & Pick<Context, "store" | "subscriptions">;

/** Pause before applications that could not be read are read again. */
const RETRY_MS = 1000;

/** An application was made or changed. Whoever may not come in any more names rooms of `main` again. */
export function learnApplication(
  {
    applications,
    rooms,
    sessions,
    subscriptions,
  }: Pick<Context, "applications" | "rooms" | "sessions" | "subscriptions">,
  record: ApplicationRecord,
): Application {
  const before = applications.byId(record.id)?.handle;
  const application = applications.learn(record);
  if (before && before.shown !== application.handle.shown) {
    const affected = [...rooms.all()].filter((room) => room.application === application);
    for (const room of affected) subscriptions.rename(room);
  }
  for (const session of sessionsIn(sessions, application)) {
    if (refusalIn(session, "enter", application)) leaveApplication(session);
  }
  return application;
}

/** An application has ended, and its rooms with it: whoever is in one is told. */
export function forgetApplication(parts: ForgetParts, id: number): void {
  const application = parts.applications.byId(id);
  if (!application) return;
  parts.applications.remove(id);
  const inside = sessionsIn(parts.sessions, application);
  for (const session of inside) noteFormerNames(session);
  const affected = [...parts.rooms.all()].filter((room) => room.application === application);
  for (const room of affected) {
    room.isDestroyed = true;
    parts.rooms.remove(room);
    parts.recent.forget(room);
    parts.fanOut.tell(room, { type: "destroyed", room: room.label, isByOperator: true });
    dropMembers(parts, room, null);
  }
  for (const session of inside) leaveApplication(session);
}

/** Sessions that name rooms of an application. */
function sessionsIn(sessions: Context["sessions"], application: Application): Session[] {
  return [...sessions.all()].filter((session) => session.application === application);
}

function leaveApplication(session: Session): void {
  noteFormerNames(session);
  session.application = null;
  session.outlet.tell({ type: "names-mean", application: null });
}

/** What is typed for a room by its bare name is said in no other, now that such a name means another one. */
function noteFormerNames(session: Session): void {
  const keys = session.rooms.flatMap(({ name, otherKeys }) => [name.key, ...otherKeys]);
  noteFormerRooms(session, [...keys, ...session.formerRooms].flatMap(bareKeysOf));
}

/** Called when another node has changed applications: as `reloadApplications`, and again until that succeeds. */
export function reloadApplicationsSoon(parts: ReloadParts): void {
  reloadApplications(parts).catch((error: unknown) => {
    parts.telemetry.storeHealth(error);
    parts.clock.after(RETRY_MS, () => reloadApplicationsSoon(parts));
  });
}

/** Learns what other nodes did to applications. Rejects with a `StoreError`. */
export function reloadApplications(parts: ReloadParts): Promise<void> {
  return parts.applications.readInTurn(() => readApplications(parts));
}

async function readApplications(parts: ReloadParts): Promise<void> {
  // Those that are made meanwhile may not be in the answer.
  const known = [...parts.applications.all()];
  const records = await parts.store.applications();
  const ids = new Set(records.map(({ id }) => id));
  for (const record of records) learnApplication(parts, record);
  const ended = known.filter(({ id }) => !ids.has(id));
  for (const { id } of ended) forgetApplication(parts, id);
}
