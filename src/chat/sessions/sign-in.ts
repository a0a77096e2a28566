import { Refusal } from "../../domain/refusals.ts";
import { type Name, parseUserName } from "../../domain/names.ts";
import type { Outlet } from "../../ports/outlet.ts";
import type { Person } from "../../ports/presence.ts";
import { StoreError } from "../../ports/store-error.ts";
import type { Context } from "../context.ts";
import { type LeaveParts, takeOutOfAll } from "../rooms/membership.ts";
import { Session } from "./session.ts";

type Parts = Pick<
  Context,
  "bans" | "clock" | "directMessages" | "newId" | "presence" | "sessions" | "settings" | "telemetry"
>;

/** Time in which a connection that may be dead has to show that it is not. */
const HOLDER_ANSWER_MS = 5000;

/**
 * Begins a session under a name. A holder at the same address is asked whether they are still there: mostly it is the
 * same person, whose connection broke. Rejects with a `Refusal`. `text` null: something else was typed.
 */
export async function signIn(parts: LeaveParts & Parts, text: string | null, outlet: Outlet): Promise<Session> {
  const name = text === null ? null : parseUserName(text);
  if (!name) throw new Refusal("name-invalid");
  if (parts.settings.reservedNames.includes(name.key)) throw new Refusal("name-reserved");
  refuseBanned(parts, name);
  const session = await takeName(parts, name, outlet);
  if (!session) throw new Refusal("name-taken");
  try {
    // The name may have been banned while it was claimed.
    refuseBanned(parts, name);
  } catch (error) {
    await endSession(parts, session);
    throw error;
  }
  return session;
}

/** Ends a session when the lines it said are settled: it leaves its rooms, and its name becomes free. */
export async function endSession(parts: LeaveParts, session: Session): Promise<void> {
  await session.whenSettled();
  takeOutOfAll(parts, session);
  parts.sessions.remove(session);
  parts.presence.release(session.id);
  session.ended();
}

function refuseBanned({ bans }: Parts, name: Name): void {
  const ban = bans.onName(name.key);
  if (ban) throw new Refusal("name-banned", { reason: ban.reason });
}

/** As `beginSession`, and once more if the name's holder turns out to be gone. Rejects with a `Refusal`. */
async function takeName(parts: Parts, name: Name, outlet: Outlet): Promise<Session | null> {
  try {
    const session = await beginSession(parts, name, outlet);
    if (session || !(await clearHolder(parts, name, outlet))) return session;
    return await beginSession(parts, name, outlet);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    parts.telemetry.storeHealth(error);
    throw new Refusal("names-unavailable", {}, { cause: error });
  }
}

/** Begins a session; null: somebody has the name. Rejects with a `StoreError` if that cannot be found out. */
async function beginSession(
  { clock, newId, presence, sessions }: Pick<Parts, "clock" | "newId" | "presence" | "sessions">,
  name: Name,
  outlet: Outlet,
): Promise<Session | null> {
  const sinceMicros = clock.micros();
  // Somebody at this node has it, even if a restored store does not know that.
  if (presence.find(name.key)?.node === null) return null;
  const id = newId();
  if (!(await presence.claim({ id, name, address: outlet.address, sinceMicros }))) return null;
  const session = new Session(id, name, outlet, sinceMicros);
  sessions.add(session);
  return session;
}

/** Whether the name is free because its holder, who came from the same address, was asked and is not there any more. */
async function clearHolder(parts: Parts, name: Name, outlet: Outlet): Promise<boolean> {
  const holder = parts.presence.find(name.key);
  if (!holder || holder.address !== outlet.address) return false;
  return holder.node === null ? await clearHere(parts, holder, outlet) : await clearElsewhere(parts, holder, outlet);
}

async function clearHere({ sessions }: Parts, { id }: Person, outlet: Outlet): Promise<boolean> {
  const session = sessions.get(id);
  if (!session) return false;
  const answer = session.outlet.isThere(HOLDER_ANSWER_MS);
  if (!answer) {
    // That takes longer than a newcomer waits.
    session.outlet.askPerson();
    return false;
  }
  outlet.tell({ type: "asking-holder" });
  if (await answer) return false;
  session.outlet.close({ type: "replaced" }, "replaced");
  await session.whenEnded();
  return true;
}

/** Also true if nobody answers: the holder's node may be gone by now, and the name free. */
async function clearElsewhere({ directMessages }: Parts, holder: Person, outlet: Outlet): Promise<boolean> {
  outlet.tell({ type: "asking-holder" });
  return (await directMessages.isThere(holder, outlet.address)) !== true;
}
