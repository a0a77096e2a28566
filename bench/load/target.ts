import { dialects } from "../peers/dialect.ts";
import type { Dialect, DialectName } from "../peers/dialect.ts";
import type { RunningNode } from "../peers/daemon.ts";
import { Person } from "./person.ts";

/** A running server, as the load process is told of it. */
export interface Server {
  /** One; or several that are one chat. */
  readonly nodes: readonly RunningNode[];
  /** What they share; null: nothing. */
  readonly database: { readonly url: string; readonly pid: number } | null;
  readonly dialect: DialectName;
  /** How many addresses from 127.0.0.1 on it listens at. Connecting to one alone is slowed by the kernel's search for a free port. */
  readonly addresses: number;
  readonly connectsAtOnce: number;
}

/** Somebody who is connected and logged in; at the next node each time. */
export async function logIn(server: Server, index: number, name = nameOf(index)): Promise<Person> {
  const host = `127.0.0.${1 + (index % server.addresses)}`;
  const person = new Person(name, { host, port: nodeOf(server, index).port });
  await person.converse(dialectOf(server).login(person.name));
  return person;
}

/** Names have one length, so that lines do. */
function nameOf(index: number): string {
  return `u${String(index).padStart(5, "0")}`;
}

export function dialectOf(server: Server): Dialect {
  if (server.dialect === "telnet-keys") throw new Error("only the load in C, in rooms that talk, sends each key");
  return dialects[server.dialect];
}

/** The node where the person of this index is. */
export function nodeOf(server: Server, index: number): Server["nodes"][number] {
  const node = server.nodes[index % server.nodes.length];
  if (node === undefined) throw new Error("a server has a node");
  return node;
}

/** The one node of a server that is alone. */
export function onlyNode(server: Server): Server["nodes"][number] {
  return nodeOf(server, 0);
}
