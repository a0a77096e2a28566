import type { Chat } from "./chat.ts";
import { removeFromAll } from "./membership.ts";
import type { Name } from "./names.ts";
import type { Outlet } from "./ports.ts";
import { Session } from "./session.ts";

/** Takes the name and begins a session under it, or returns null: somebody holds the name. */
export async function beginSession(chat: Chat, id: number, name: Name, outlet: Outlet): Promise<Session | null> {
  if (!(await chat.presence.claim(name, id))) return null;
  const session = new Session(id, name, outlet, chat.clock.micros());
  chat.sessions.set(name.key, session);
  return session;
}

/** Ends a session when the lines it said are settled: it leaves its rooms, and its name is free. */
export async function endSession(chat: Chat, session: Session): Promise<void> {
  await session.whenSettled();
  removeFromAll(chat, session);
  chat.sessions.delete(session.name.key);
  chat.presence.release(session.name, session.id);
  session.ended();
}
