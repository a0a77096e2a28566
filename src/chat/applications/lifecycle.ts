import type { ApplicationRecord } from "../../ports/application-store.ts";
import type { Context } from "../context.ts";
import { dropMembers, type LeaveParts } from "../rooms/membership.ts";
import type { Application } from "./applications.ts";

/** What is needed to forget an application. */
export type ForgetParts = LeaveParts & Pick<Context, "applications" | "fanOut" | "rooms">;

/** An application was made or changed. */
export function learnApplication(
  { applications, rooms, subscriptions }: Pick<Context, "applications" | "rooms" | "subscriptions">,
  record: ApplicationRecord,
): Application {
  const before = applications.byId(record.id)?.handle;
  const application = applications.learn(record);
  if (before && before.shown !== application.handle.shown) {
    const affected = [...rooms.all()].filter((room) => room.application === application);
    for (const room of affected) subscriptions.rename(room);
  }
  return application;
}

/** An application has ended, and its rooms with it: whoever is in one is told. */
export function forgetApplication(parts: ForgetParts, id: number): void {
  parts.applications.remove(id);
  const affected = [...parts.rooms.all()].filter((room) => room.application?.id === id);
  for (const room of affected) {
    room.isDestroyed = true;
    parts.rooms.remove(room);
    parts.recent.forget(room);
    parts.fanOut.tell(room, { type: "destroyed", room: room.label, isByOperator: true });
    dropMembers(parts, room, null);
  }
  for (const session of parts.sessions.all()) if (session.application?.id === id) session.application = null;
}

/** Learns what other nodes did to applications. Rejects with a `StoreError`. */
export async function reloadApplications(parts: ForgetParts & Pick<Context, "store" | "subscriptions">): Promise<void> {
  const records = await parts.store.applications();
  const ids = new Set(records.map(({ id }) => id));
  for (const record of records) learnApplication(parts, record);
  const ended = [...parts.applications.all()].filter(({ id }) => !ids.has(id));
  for (const { id } of ended) forgetApplication(parts, id);
}
