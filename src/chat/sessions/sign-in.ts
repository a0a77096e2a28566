import type { Chat } from "../chat.ts";
import { removeFromAll } from "../rooms/membership.ts";
import type { Name } from "../../domain/names.ts";
import type { Outlet } from "../../ports/outlet.ts";
import { Session } from "./session.ts";

/**
 * Takes the name and begins a session under it, or returns null: somebody holds the name. Rejects with a `StoreError` when
 * that cannot be told.
 */
export async function beginSession(chat: Chat, id: number, name: Name, outlet: Outlet): Promise<Session | null> {
  const sinceMicros = chat.clock.micros();
  // Somebody here has it, also where the store has forgotten that.
  if (chat.sessions.has(name.key)) return null;
  if (!(await chat.presence.claim({ id, name, address: outlet.address, sinceMicros }))) return null;
  const session = new Session(id, name, outlet, sinceMicros);
  chat.sessions.set(name.key, session);
  chat.sessionsById.set(id, session);
  return session;
}

/** Ends a session when the lines it said are settled: it leaves its rooms, and its name is free. */
export async function endSession(chat: Chat, session: Session): Promise<void> {
  await session.whenSettled();
  removeFromAll(chat, session);
  if (chat.sessions.get(session.name.key) === session) chat.sessions.delete(session.name.key);
  chat.sessionsById.delete(session.id);
  chat.presence.release(session.name, session.id);
  session.ended();
}
