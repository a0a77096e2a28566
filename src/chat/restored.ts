import { decodeChange } from "../domain/change.ts";
import { type Entry, kinds } from "../domain/entry.ts";
import { banOn } from "../domain/rights.ts";
import { StoreError } from "../ports/store-error.ts";
import { lastEntries } from "../streams/last-entries.ts";
import type { Stream } from "../streams/stream.ts";
import { type ApplyParts, expel, memberOf } from "./apply.ts";
import { type ForgetParts, reloadApplications } from "./applications/lifecycle.ts";
import type { Context } from "./context.ts";
import { dropMembers } from "./rooms/membership.ts";
import { own } from "./rooms/ownership.ts";
import type { Room } from "./rooms/room.ts";
import type { Session } from "./sessions/session.ts";

/** How far a stream was heard. */
type Heard = Pick<Stream, "pos" | "atMicros">;

/** Takes a room over as the store has it after a restore, and tells the members. Rejects with a `StoreError`. */
export async function takeOverRoom(parts: ApplyParts, room: Room): Promise<void> {
  const { fanOut, recent, sessions, subscriptions } = parts;
  const entries = await subscriptions.takeOver(room);
  recent.invalidate(room);
  fanOut.tell(room, { type: room.isDestroyed ? "not-restored" : "rewound", room: room.label });
  if (room.isDestroyed) return dropMembers(parts, room, null);
  for (const entry of entries) putOut(parts, room, entry);
  for (const owner of sessions.of(room.owner)) own(room, owner);
}

/** As `takeOverRoom`, for what concerns the whole server: the rooms there are, and the bans. */
export async function takeOverServer(
  parts: ForgetParts & Pick<Context, "bans" | "server" | "store" | "subscriptions">,
): Promise<void> {
  const end = await endOfServerStream(parts);
  // From position 0 on, everything that was ever announced would be applied again.
  if (end.pos === 0) throw new StoreError("unavailable", "read the stream of the server: it is being restored");
  const last = await lastHeard(parts, end);
  await reloadApplications(parts);
  await parts.subscriptions.takeOverUnfollowed();
  // Set last, so that all of it is done again if something failed.
  Object.assign(parts.server, last);
  parts.bans.reloadSoon();
}

/** Resolves with the last entry that is not new here: not younger than the last one heard in the other past. */
async function lastHeard({ store, server }: Pick<Context, "store" | "server">, end: Heard): Promise<Heard> {
  const entries = await lastEntries(store, { stream: server.id, pos: end.pos });
  const { pos, atMicros } = entries.findLast((entry) => entry.atMicros <= server.atMicros) ?? entries[0] ?? end;
  return { pos, atMicros };
}

/** Resolves with the end of the server's stream. Rejects with a `StoreError`. */
export async function endOfServerStream({ store, server }: Pick<Context, "store" | "server">): Promise<Heard> {
  const [end] = await store.ends([server.place]);
  const pos = end?.pos ?? 0;
  const [last] = await store.ends([{ stream: server.id, pos }]);
  return { pos, atMicros: last?.atMicros ?? 0 };
}

/** Takes out of the room at this node whom one of its last entries has kicked or banned. */
function putOut(parts: ApplyParts, room: Room, entry: Entry): void {
  const change = decodeChange(entry);
  if (change?.kind !== "kicked" && change?.kind !== "banned") return;
  const session = memberOf(parts.sessions, room, change.user.id);
  if (session && isOut(parts, room, entry, session)) expel(parts, room, entry, change);
}

/** Whether the entry still puts the session out. After a kick that was applied here before, it may have come back. */
function isOut({ clock }: Pick<Context, "clock">, room: Room, { kind, atMicros }: Entry, session: Session): boolean {
  if (kind === kinds.kicked) return atMicros > session.putOutAtMicros(room);
  return banOn(room.rights, session.who, clock.micros()) !== undefined;
}
