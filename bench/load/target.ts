import { dialects } from "../peers/dialect.ts";
import type { Dialect } from "../peers/dialect.ts";
import { Person } from "./person.ts";

/** A running server, as the load process is told of it. */
export interface Server {
  readonly pid: number;
  readonly port: number;
  readonly dialect: keyof typeof dialects;
  /** How many addresses from 127.0.0.1 on it listens at. Connecting to one alone is slowed by the kernel's search for a free port. */
  readonly addresses: number;
  readonly connectsAtOnce: number;
}

/** Somebody who is connected and logged in. */
export async function logIn(server: Server, index: number): Promise<Person> {
  const host = `127.0.0.${1 + (index % server.addresses)}`;
  const person = new Person(`u${String(index).padStart(5, "0")}`, { host, port: server.port });
  await person.converse(dialectOf(server).login(person.name));
  return person;
}

export function dialectOf(server: Server): Dialect {
  return dialects[server.dialect];
}
