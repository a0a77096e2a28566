import type { NameKey } from "../../domain/names.ts";
import type { KeptPeople, KeptPerson } from "../../ports/people-store.ts";
import type { Database } from "./database.ts";

/** As `PeopleStore.keepPeople`, in a transaction of the caller's. */
export function writePeople(db: Pick<Database, "sql">, people: readonly KeptPerson[], ended: readonly number[]): void {
  for (const { id, name, address, sinceMicros, rooms, current, hasRightsIn, seenMicros, untilMicros } of people) {
    const [wasIn, others] = [JSON.stringify(rooms), hasRightsIn && JSON.stringify(hasRightsIn)];
    const { key, shown } = name;
    db.sql(PUT).run(id, key, shown, address, sinceMicros, wasIn, current, others, seenMicros, untilMicros);
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
  insert or replace into people (session, key, shown, address, since, rooms, current, others, seen, until)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

function toPerson(row: Readonly<Record<string, unknown>>): KeptPerson {
  const [current, others, until] = [row["current"], row["others"], row["until"]];
  return {
    id: Number(row["session"]),
    // Keys were made by `parseUserName` before they were stored.
    name: { key: String(row["key"]) as NameKey, shown: String(row["shown"]) },
    address: String(row["address"]),
    sinceMicros: Number(row["since"]),
    rooms: idsIn(row["rooms"]),
    current: current === null ? null : Number(current),
    hasRightsIn: others === null ? null : idsIn(others),
    seenMicros: Number(row["seen"]),
    untilMicros: until === null ? null : Number(until),
  };
}

/** @param json made by `JSON.stringify` above */
function idsIn(json: unknown): readonly number[] {
  return JSON.parse(String(json)) as readonly number[];
}
