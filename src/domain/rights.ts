import type { Change } from "./change.ts";
import type { NameKey } from "./names.ts";
import type { UserRef } from "./principal.ts";

/** Somebody who may not come into a room. */
export interface Ban {
  /** The session that was banned; and whoever has its name after it. */
  readonly id: number;
  readonly key: NameKey;
  readonly name: string;
  /** Microseconds since 1970; null: as long as the room lasts. */
  readonly untilMicros: number | null;
}

/**
 * Who may do what in a room, beyond what everybody may. It never changes in place: an entry that moves the rules leads
 * to the next one, which is stored with it. What somebody may do hangs on the session, and not on a name that another
 * takes tomorrow; a ban holds for both.
 */
export interface Rights {
  /** The session that owns the room. */
  readonly owner: number | null;
  /** The session that made the room, whether it is there still or not; null: the server, or it is unknown. */
  readonly maker: number | null;
  /** Sessions that keep order beside the owner. */
  readonly operators: readonly number[];
  /** Sessions that may join though the room is private. */
  readonly invited: readonly number[];
  readonly bans: readonly Ban[];
}

export const NO_RIGHTS: Rights = { owner: null, maker: null, operators: [], invited: [], bans: [] };

/** Those of a new room. @param maker the session that makes it; null: the server itself */
export function rightsOfNew(maker: number | null): Rights {
  return { ...NO_RIGHTS, owner: maker, maker };
}

/** Rights as JSON, as stores keep them. An earlier chatd may have left out any part. */
interface StoredRights extends Partial<Omit<Rights, "bans">> {
  readonly bans?: readonly {
    readonly id: number;
    readonly key: NameKey;
    readonly name: string;
    readonly until: number | null;
  }[];
}

/** The JSON that a store keeps. */
export function encodeRights({ bans, ...others }: Rights): string {
  const stored: StoredRights = {
    ...others,
    bans: bans.map(({ id, key, name, untilMicros }) => ({ id, key, name, until: untilMicros })),
  };
  return JSON.stringify(stored);
}

/** @param json what a store has kept, parsed; null where it has nothing. What is missing is as in a room without rights. */
export function decodeRights(json: unknown): Rights {
  // `encodeRights` wrote it, perhaps that of an earlier version.
  const { bans = [], ...others } = (json ?? {}) as StoredRights;
  return {
    ...NO_RIGHTS,
    ...others,
    bans: bans.map(({ id, key, name, until }) => ({ id, key, name, untilMicros: until })),
  };
}

/** So many of each a room remembers; of the invited the oldest is forgotten. */
export const MAX_OPERATORS = 100;
export const MAX_BANS = 100;
const MAX_INVITED = 1000;

/** What a session, and a ban with two names, take as JSON, in bytes. */
const SESSION_BYTES = 17;
const BAN_BYTES = 150;

/** About how many bytes they take in the store. */
export function bytesOf(rights: Rights | null): number {
  if (!rights) return 0;
  return (rights.operators.length + rights.invited.length) * SESSION_BYTES + rights.bans.length * BAN_BYTES;
}

/** The rights after a change, for all changes that move rights. Depends on nothing but the two: every node gets the same. */
export function rightsAfter(rights: Rights, change: Change): Rights {
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
      return banned(expelled(rights, change.user), change.user, change.untilMicros);
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

/** The sessions that may do something by them. */
export function sessionsIn({ owner, operators, invited }: Rights): number[] {
  return [...(owner === null ? [] : [owner]), ...operators, ...invited];
}

/** What is left of them when these sessions have ended: bans hold for names. */
export function withoutSessions(rights: Rights, gone: ReadonlySet<number>): Rights {
  const { owner, operators, invited } = rights;
  const isHere = (id: number): boolean => !gone.has(id);
  return {
    ...rights,
    owner: owner !== null && isHere(owner) ? owner : null,
    operators: operators.filter(isHere),
    invited: invited.filter(isHere),
  };
}

/** The ban that keeps somebody out; undefined: none. */
export function banOn(rights: Rights, { id, name }: UserRef, nowMicros: number): Ban | undefined {
  return bansInForce(rights, nowMicros).find((ban) => ban.id === id || ban.key === name.key);
}

export function bansInForce(rights: Rights, nowMicros: number): readonly Ban[] {
  return rights.bans.filter(({ untilMicros }) => untilMicros === null || untilMicros > nowMicros);
}

function expelled(rights: Rights, { id }: UserRef): Rights {
  return { ...rights, invited: without(rights.invited, id), operators: without(rights.operators, id) };
}

function banned(rights: Rights, { id, name: { key, shown } }: UserRef, untilMicros: number | null): Rights {
  const bans = [...rights.bans.filter((ban) => ban.key !== key), { id, key, name: shown, untilMicros }];
  return { ...rights, bans: bans.length > MAX_BANS ? withoutFirstToEnd(bans) : bans };
}

/** A ban past the maximum is allowed only where another one has ended: that is the one which ends first. */
function withoutFirstToEnd(bans: readonly Ban[]): Ban[] {
  const endOf = ({ untilMicros }: Ban): number => untilMicros ?? Number.POSITIVE_INFINITY;
  const first = bans.reduce((one, other) => (endOf(other) < endOf(one) ? other : one));
  return bans.filter((ban) => ban !== first);
}

function without(ids: readonly number[], id: number | undefined): readonly number[] {
  return ids.filter((one) => one !== id);
}
