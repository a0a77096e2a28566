import { Refusal } from "../../domain/refusals.ts";
import { type Name, parseLoginName } from "../../domain/names.ts";
import type { Outlet } from "../../ports/outlet.ts";
import { type Absence, type CodeNumbers, FIRST_CODES } from "../../ports/absence.ts";
import type { Person, Verdict } from "../../ports/presence.ts";
import { StoreError } from "../../ports/store-error.ts";
import type { Context } from "../context.ts";
import type { LeaveParts } from "../rooms/membership.ts";
import { endSession } from "./end-session.ts";
import { isCodeOf, verdictOn } from "./verdict.ts";
import { Session } from "./session.ts";

type Parts = Pick<
  Context,
  | "bans"
  | "clock"
  | "directMessages"
  | "networkOf"
  | "newId"
  | "presence"
  | "returnCodes"
  | "sessions"
  | "settings"
  | "telemetry"
>;

/** What somebody says who they are by. */
interface Credentials {
  readonly name: Name;
  /** The code that the session was told before; null: none was given. */
  readonly code: string | null;
}

/** `back`: what the session left when its connection broke; null: it is new. */
export interface SignedIn {
  readonly session: Session;
  readonly back: Absence | null;
  readonly codes: CodeNumbers;
  /** A code was given, and no session is kept that it could bring back. */
  readonly isTooLate: boolean;
  /** A session that was kept under the name has ended for this one. */
  readonly hasEndedKept: boolean;
}

/** Time in which a connection that may be dead has to show that it is not. */
const HOLDER_ANSWER_MS = 5000;
/** The node of a holder who is gone may write that a moment later than it says so. */
const FREED_TRIES = 3;
const FREED_RETRY_MS = 200;

/**
 * Begins a session under a name, or goes on with the one whose connection broke: for who comes from its address, or says
 * `NAME:CODE`. A holder at the same address is asked whether they are still there: mostly it is the same person. Rejects
 * with a `Refusal`. `text` null: something else was typed.
 */
export async function signIn(parts: LeaveParts & Parts, text: string | null, outlet: Outlet): Promise<SignedIn> {
  const credentials = text === null ? null : parseCredentials(text);
  if (!credentials) throw new Refusal("name-invalid");
  const { name } = credentials;
  if (parts.settings.reservedNames.includes(name.key)) throw new Refusal("name-reserved");
  refuseBanned(parts, name);
  const signedIn = await takeName(parts, credentials, outlet);
  if (!signedIn) throw refusalOfHeld(parts, credentials, outlet);
  try {
    // The name may have been banned while it was claimed.
    refuseBanned(parts, name);
  } catch (error) {
    await endSession(parts, signedIn.session);
    throw error;
  }
  return signedIn;
}

/** `NAME`, `@NAME`, or `NAME:CODE`, also with a full stop, and with a code that is mistyped: then people are told so. */
const LOGIN = /^@?(?<shown>\w+)(?: ?: ?(?<code>[0-9a-z-]{1,16})\.?)?$/i;

export function parseCredentials(text: string): Credentials | null {
  const { shown = "", code = null } = LOGIN.exec(text)?.groups ?? {};
  const name = parseLoginName(shown);
  return name && { name, code };
}

function refuseBanned({ bans }: Parts, name: Name): void {
  const ban = bans.onName(name.key);
  if (ban) throw new Refusal("name-banned", { reason: ban.reason });
}

/** As `beginSession`, and once more if the name's holder turns out to be gone. Rejects with a `Refusal`. */
async function takeName(parts: Parts, credentials: Credentials, outlet: Outlet): Promise<SignedIn | null> {
  try {
    const signedIn = await beginSession(parts, credentials, outlet);
    if (signedIn || !(await clearHolder(parts, credentials, outlet))) return signedIn;
    for (let tries = 1; ; tries++) {
      const next = await beginSession(parts, credentials, outlet);
      if (next || tries === FREED_TRIES || isHere(parts, credentials.name)) return next;
      await new Promise<void>((resolve) => parts.clock.after(FREED_RETRY_MS, resolve));
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    parts.telemetry.storeHealth(error);
    throw new Refusal("names-unavailable", {}, { cause: error });
  }
}

/**
 * Begins a session; null: somebody is logged in under the name. Rejects with a `Refusal` where it is kept for somebody else,
 * and with a `StoreError` if that cannot be found out.
 */
async function beginSession(parts: Parts, credentials: Credentials, outlet: Outlet): Promise<SignedIn | null> {
  const { bans, clock, networkOf, newId, presence, returnCodes, sessions } = parts;
  const { name, code } = credentials;
  const sinceMicros = clock.micros();
  // Somebody at this node has it, even if a restored store does not know that.
  if (isHere(parts, name)) return null;
  const { address } = outlet;
  const newcomer = { id: newId(), name, address, sinceMicros };
  const keptFor: Absence[] = [];
  let hasEndedKept = false;
  const claimed = await presence.claim({
    ...newcomer,
    verdictOn: (absence): Verdict => {
      // Whoever ended the absences of the banned may not have heard of this one.
      if (bans.onPerson(absence)) return "ends";
      const verdict = verdictOn(returnCodes, absence, address, code);
      if (verdict === "stays") keptFor.push(absence);
      hasEndedKept = verdict === "ends";
      return verdict;
    },
  });
  const [kept] = keptFor;
  if (!claimed.isHeld && kept) throw refusalOfKept(credentials, kept, sinceMicros);
  if (!claimed.isHeld) return null;
  const { back } = claimed;
  const session = new Session(
    back?.id ?? newcomer.id,
    back?.name ?? name,
    outlet,
    back?.sinceMicros ?? sinceMicros,
    networkOf(address),
  );
  sessions.add(session);
  const isTooLate = code !== null && back === null;
  return { session, back, codes: back?.codes ?? FIRST_CODES, isTooLate, hasEndedKept };
}

/** Whether somebody at this node has the name. */
function isHere({ presence }: Parts, name: Name): boolean {
  return presence.find(name.key)?.node === null;
}

/** Why somebody does not get a name that is kept for another person. */
function refusalOfKept({ name, code }: Credentials, { untilMicros }: Absence, nowMicros: number): Refusal {
  if (code !== null) return new Refusal("wrong-code", { name: name.shown });
  return new Refusal("name-kept", { name: name.shown, untilMicros, nowMicros });
}

/** Why somebody does not get a name under which another person is logged in. */
function refusalOfHeld(
  { presence, returnCodes }: Parts,
  { name, code }: Credentials,
  { address }: Pick<Outlet, "address">,
): Refusal {
  const holder = presence.find(name.key);
  const isWrong = holder !== null && code !== null && !isCodeOf(returnCodes, holder, code);
  if (isWrong) return new Refusal("wrong-code", { name: name.shown });
  return new Refusal("name-taken", { mayBeFreeSoon: holder?.address === address });
}

/**
 * Whether the name is free now: its holder has come back by this connection, with the code, or came from the same address,
 * was asked, and is not there any more.
 */
async function clearHolder(parts: Parts, { name, code }: Credentials, outlet: Outlet): Promise<boolean> {
  const holder = parts.presence.find(name.key);
  if (!holder) return false;
  const isSame = code !== null && isCodeOf(parts.returnCodes, holder, code);
  // Whoever gives a wrong code is told so: the holder has not to prove anything.
  if (!isSame && (code !== null || holder.address !== outlet.address)) return false;
  if (holder.node !== null) return await clearElsewhere(parts, holder, outlet, isSame);
  const session = parts.sessions.get(holder.id);
  if (session && isSame) return await replace(session);
  return await clearHere(parts, holder, outlet);
}

async function replace(session: Session): Promise<true> {
  session.outlet.close({ type: "replaced" }, "replaced");
  await session.whenEnded();
  return true;
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
  return await replace(session);
}

/** Also true if nobody answers: the holder's node may be gone by now, and the name free. */
async function clearElsewhere(
  { directMessages }: Parts,
  holder: Person,
  outlet: Outlet,
  isSame: boolean,
): Promise<boolean> {
  outlet.tell({ type: "asking-holder" });
  return (await directMessages.isThere(holder, outlet.address, isSame)) !== true;
}
