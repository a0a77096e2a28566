import type { Change, NewBan } from "./change.ts";
import { endOfBan } from "./duration.ts";
import type { NameKey } from "./names.ts";
import type { UserRef } from "./principal.ts";

/** Somebody who may not come into a room. */
export interface Ban {
  readonly id: number;
  /** The ban also holds for whoever has this name later. */
  readonly key: NameKey;
  readonly name: string;
  /** Microseconds since 1970; null: as long as the room lasts. */
  readonly untilMicros: number | null;
  /** The name of whoever banned them; null: a version before did not store it. */
  readonly by: string | null;
  /** The IPv4 address or IPv6 network from which newcomers are kept out, too; null: the ban is on the user alone. */
  readonly network: string | null;
  /** Empty: none was given. */
  readonly reason: string;
}

/** Who may do what in a room, beyond what everybody may: a value that never changes in place. */
export interface Rights {
  /** The principal that owns the room; null: nobody. */
  readonly owner: number | null;
  /** The principal that made the room, whether it is still online or not; null: the server, or unknown. */
  readonly maker: number | null;
  /** Principals that keep order besides the owner. */
  readonly operators: readonly number[];
  /** Principals that may join although the room is private, the one invited last at the end. */
  readonly invited: readonly number[];
  readonly bans: readonly Ban[];
}

export const NO_RIGHTS: Rights = { owner: null, maker: null, operators: [], invited: [], bans: [] };

/** Returns the rights of a new room. @param maker the principal that makes it; null: the server itself */
export function rightsOfNew(maker: number | null): Rights {
  return { ...NO_RIGHTS, owner: maker, maker };
}

/** The JSON of rights, as stores keep it. An earlier chatd may have left out any part. */
interface StoredRights extends Partial<Omit<Rights, "bans">> {
  readonly bans?: readonly {
    readonly id: number;
    readonly key: NameKey;
    readonly name: string;
    readonly until: number | null;
    readonly by?: string | null;
    readonly network?: string | null;
    readonly reason?: string;
  }[];
}

/** Returns the JSON that a store keeps. */
export function encodeRights({ bans, ...others }: Rights): string {
  const stored: StoredRights = {
    ...others,
    bans: bans.map(({ untilMicros, ...ban }) => ({ ...ban, until: untilMicros })),
  };
  return JSON.stringify(stored);
}

/** Returns the rights that a store has kept; missing parts are empty. @param json parsed; null: the store has none */
export function decodeRights(json: unknown): Rights {
  // The cast is true because `encodeRights` wrote it, perhaps that of an earlier version.
  const { bans = [], ...others } = (json ?? {}) as StoredRights;
  return {
    ...NO_RIGHTS,
    ...others,
    bans: bans.map(({ id, key, name, until, by = null, network = null, reason = "" }) => ({
      id,
      key,
      name,
      untilMicros: endOfBan(until),
      by,
      network,
      reason,
    })),
  };
}

/** Maximum number of each that a room has. When it has too many invitations, the oldest one is dropped. */
export const MAX_OPERATORS = 100;
export const MAX_BANS = 100;
/** Maximum length of the reason of a ban, in characters. */
export const MAX_BAN_REASON = 100;
const MAX_INVITED = 1000;

/** Estimated size as JSON, in bytes, of the id of a principal, and of a ban with a reason. */
const ID_BYTES = 17;
const BAN_BYTES = 350;

/** Returns about how many bytes rights take in the store; null takes none. */
export function bytesOf(rights: Rights | null): number {
  if (!rights) return 0;
  return (rights.operators.length + rights.invited.length) * ID_BYTES + rights.bans.length * BAN_BYTES;
}

/**
 * Returns the rights after a change. They depend on nothing but the arguments, so every node computes the same.
 * @param by the author of the entry, by name
 */
export function rightsAfter(rights: Rights, change: Change, by: string): Rights {
  switch (change.kind) {
    case "owner":
      return { ...rights, owner: change.user?.id ?? null, operators: without(rights.operators, change.user?.id) };
    case "invited": {
      const { id } = change.user;
      return { ...rights, invited: [...without(rights.invited, id), id].slice(-MAX_INVITED) };
    }
    case "kicked":
      return expelled(rights, change.user);
    case "banned":
      return banned(expelled(rights, change.user), change, by);
    case "unbanned":
      return { ...rights, bans: rights.bans.filter(({ key }) => key !== change.user.name.key) };
    case "operator": {
      const { id } = change.user;
      return { ...rights, operators: [...without(rights.operators, id), id] };
    }
    case "noOperator":
      return { ...rights, operators: without(rights.operators, change.user.id) };
    default:
      return rights;
  }
}

/** Returns the principals that have rights: the owner, the operators and the invited. */
export function principalsIn({ owner, operators, invited }: Rights): number[] {
  return [...(owner === null ? [] : [owner]), ...operators, ...invited];
}

/** Returns what is left of the rights when these principals are gone. Bans stay, because they hold for names, too. */
export function withoutPrincipals(rights: Rights, gone: ReadonlySet<number>): Rights {
  const { owner, operators, invited } = rights;
  const isHere = (id: number): boolean => !gone.has(id);
  return {
    ...rights,
    owner: owner !== null && isHere(owner) ? owner : null,
    operators: operators.filter(isHere),
    invited: invited.filter(isHere),
  };
}

/** Returns the ban on somebody or their name; undefined: none. */
export function banOn(rights: Rights, { id, name }: UserRef, nowMicros: number): Ban | undefined {
  return bansInForce(rights, nowMicros).find((ban) => (ban.id !== 0 && ban.id === id) || ban.key === name.key);
}

/** Returns the ban that keeps newcomers from a network out, of several the last to end; undefined: none. */
export function banOnNetwork(rights: Rights, network: string | null, nowMicros: number): Ban | undefined {
  if (network === null) return undefined;
  const bans = bansInForce(rights, nowMicros).filter((ban) => ban.network === network);
  return bans.reduce<Ban | undefined>((last, ban) => (last && endsBefore(ban, last) ? last : ban), undefined);
}

export function bansInForce(rights: Rights, nowMicros: number): readonly Ban[] {
  return rights.bans.filter(({ untilMicros }) => untilMicros === null || untilMicros > nowMicros);
}

function expelled(rights: Rights, { id }: UserRef): Rights {
  return { ...rights, invited: without(rights.invited, id), operators: without(rights.operators, id) };
}

function banned(rights: Rights, { user, untilMicros, network, reason }: NewBan, by: string): Rights {
  const { key, shown } = user.name;
  const ban = { id: user.id, key, name: shown, untilMicros, by, network, reason };
  const bans = [...rights.bans.filter((other) => other.key !== key), ban];
  return { ...rights, bans: bans.length > MAX_BANS ? withoutFirstToEnd(bans) : bans };
}

/** Drops the ban that ends first. A ban past the maximum is only allowed when another one has ended: that one. */
function withoutFirstToEnd(bans: readonly Ban[]): Ban[] {
  const first = bans.reduce((one, other) => (endsBefore(other, one) ? other : one));
  return bans.filter((ban) => ban !== first);
}

function endsBefore(one: Ban, other: Ban): boolean {
  return (one.untilMicros ?? Number.POSITIVE_INFINITY) < (other.untilMicros ?? Number.POSITIVE_INFINITY);
}

function without(ids: readonly number[], id: number | undefined): readonly number[] {
  return ids.filter((one) => one !== id);
}
