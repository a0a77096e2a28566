import type { NameKey } from "../../domain/names.ts";
import { type CodeNumbers, NOWHERE, type Place } from "../../ports/absence.ts";
import type { KeptPeople, KeptPerson } from "../../ports/people-store.ts";
import type { Database } from "./database.ts";

/** As `PeopleStore.keepPeople`, in a transaction of the caller's. */
export function writePeople(db: Pick<Database, "sql">, people: readonly KeptPerson[], ended: readonly number[]): void {
  for (const person of people) {
    const { id, name, address, sinceMicros, codes, hasRightsIn, standing, seenMicros, untilMicros, needsCode } = person;
    const rights = hasRightsIn && JSON.stringify(hasRightsIn);
    const who = [id, name.key, name.shown, address, sinceMicros, JSON.stringify(codes)];
    db.sql(PUT).run(...who, placeJson(person), rights, standing, seenMicros, untilMicros, Number(needsCode));
  }
  db.sql("delete from people where session in (select value from json_each(?))").run(JSON.stringify(ended));
}

export function readPeople(db: Pick<Database, "sql">): KeptPeople {
  const people = db.sql("select * from people order by session").all().map(toPerson);
  const last = people.length > 0 ? db.sql(LAST_ENTRY).get() : undefined;
  return { people, lastEntryMicros: Number(last?.["at"] ?? 0) };
}

const LAST_ENTRY = `
  select max(e.at) as at from rooms r join entries e
      on e.stream_id = r.id and e.pos = (select max(pos) from entries where stream_id = r.id)
   where r.destroyed = 0`;

const PUT = `
  insert or replace into people
    (session, key, shown, address, since, codes, place, rights, standing, seen, until, needs_code)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

function toPerson(row: Readonly<Record<string, unknown>>): KeptPerson {
  const [rights, seen, until] = [row["rights"], row["seen"], row["until"]];
  return {
    id: Number(row["session"]),
    // Keys were made by `parseUserName` before they were stored.
    name: { key: String(row["key"]) as NameKey, shown: String(row["shown"]) },
    address: String(row["address"]),
    sinceMicros: Number(row["since"]),
    // Made by `writePeople`; versions before wrote less.
    ...NOWHERE,
    ...(JSON.parse(String(row["place"])) as Partial<Place>),
    hasRightsIn: typeof rights === "string" ? (JSON.parse(rights) as readonly number[]) : null,
    standing: Number(row["standing"]),
    seenMicros: seen === null ? null : Number(seen),
    untilMicros: until === null ? null : Number(until),
    codes: JSON.parse(String(row["codes"])) as CodeNumbers,
    needsCode: row["needs_code"] === 1,
  };
}

function placeJson(person: Place): string {
  const { rooms, current, knownRooms, showsTime, lastWhisperer, ignored, application, entered } = person;
  const place: Place = { rooms, current, knownRooms, showsTime, lastWhisperer, ignored, application, entered };
  return JSON.stringify(place);
}
