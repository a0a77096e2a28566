import type { Context } from "../context.ts";
import { type EntranceParts, loadRecent, tellEntered } from "../rooms/entrance.ts";
import { addMember } from "../rooms/membership.ts";
import type { Room } from "../rooms/room.ts";
import type { Session } from "../sessions/session.ts";

export type EnterLobbyParts = EntranceParts &
  Pick<Context, "listings" | "notices" | "rooms" | "settings" | "subscriptions">;

/** Brings a session into the lobby after sign-in. Never rejects: if the lobby cannot be read, the session is told. */
export async function enterLobby(parts: EnterLobbyParts, session: Session): Promise<void> {
  const { notices, recent, rooms, settings, subscriptions, telemetry } = parts;
  const name = settings.lobby;
  if (!name) return;
  let lobby: Room | undefined;
  try {
    // After a restore the lobby may be another room, which is not known here yet.
    lobby = rooms.find(name) ?? (await subscriptions.find(name));
    if (!lobby) return;
    await subscriptions.follow(lobby);
  } catch (error) {
    telemetry.storeHealth(error);
    return session.outlet.tell({ type: "lobby-unread", room: name.shown });
  }
  const hasRead = await loadRecent(parts, lobby);
  if (lobby.isDestroyed) {
    subscriptions.unfollow(lobby);
    recent.forget(lobby);
    return await enterLobby(parts, session);
  }
  addMember(parts, session, lobby);
  tellEntered(parts, session, lobby, { isAnnounced: false, hasRead });
  notices.joined(lobby, session.who, session);
}
