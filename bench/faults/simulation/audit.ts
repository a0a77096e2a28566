import type { Context } from "../../../src/chat/context.ts";
import { SERVER_STREAM } from "../../../src/domain/entry.ts";
import { bansInForce, decodeRights, type Rights } from "../../../src/domain/rights.ts";
import type { Room } from "../../../src/chat/rooms/room.ts";
import type { RoomRow, Tables } from "./tables.ts";

/** What a node knows, where nothing is under way. */
export interface Knowledge {
  readonly node: number;
  readonly context: Context;
}

/**
 * In a calm cluster all that nodes know is what the database has. Returns what is not so.
 *
 * @param nowMicros bans that are over by then may be forgotten
 */
export function audit(tables: Tables, knowledge: readonly Knowledge[], nowMicros: number): readonly string[] {
  const books = new Audit(tables, knowledge, nowMicros);
  return books.differences();
}

class Audit {
  readonly #tables: Tables;
  readonly #knowledge: readonly Knowledge[];
  readonly #nowMicros: number;
  readonly #sessions = new Set<number>();
  /** Rooms in which somebody is, by their ids. */
  readonly #lively = new Set<number>();
  readonly #found: string[] = [];

  constructor(tables: Tables, knowledge: readonly Knowledge[], nowMicros: number) {
    this.#tables = tables;
    this.#knowledge = knowledge;
    this.#nowMicros = nowMicros;
    for (const { context } of knowledge) {
      for (const { id, rooms } of context.sessions.all()) {
        this.#sessions.add(id);
        for (const room of rooms) this.#lively.add(room.id);
      }
    }
  }

  differences(): readonly string[] {
    this.#checkPeople();
    this.#checkTimes();
    const open = [...this.#tables.rooms.values()].filter(({ isDestroyed }) => !isDestroyed);
    for (const knowledge of this.#knowledge) this.#checkNode(knowledge, open);
    for (const room of open) this.#checkOwned(room);
    return this.#found;
  }

  /** Each name is that of somebody who is there, everybody has one, and every node that is there is known. */
  #checkPeople(): void {
    const { names, nodes } = this.#tables;
    const holders = new Set([...names.values()].map(({ session }) => session));
    for (const { shown, session } of names.values()) {
      if (!this.#sessions.has(session)) this.#add(`${shown} is the name of session ${session}, which is not there`);
    }
    for (const { node, context } of this.#knowledge) {
      for (const { id, name, nameStatus } of context.sessions.all()) {
        if (!holders.has(id)) this.#add(`${name.shown} at node ${node} is without a name in the database`);
        if (nameStatus !== "held") this.#add(`the name of ${name.shown} at node ${node} is ${nameStatus}`);
      }
    }
    if (nodes.size !== this.#knowledge.length) {
      this.#add(`the database knows ${nodes.size} nodes, and there are ${this.#knowledge.length}`);
    }
  }

  #checkTimes(): void {
    for (const [stream, entries] of this.#tables.entries) {
      const back = entries.find(({ at }, i) => at < (entries[i - 1]?.at ?? 0));
      if (back) this.#add(`time goes back in stream ${stream} at ${back.pos}`);
    }
  }

  #checkNode({ node, context }: Knowledge, open: readonly RoomRow[]): void {
    const known = new Map([...context.rooms.all()].map((room) => [room.id, room]));
    const ids = new Set(open.map(({ id }) => id));
    for (const { id, name } of known.values()) {
      if (!ids.has(id)) this.#add(`node ${node} knows ${name.shown} (${id}), which is not there`);
    }
    for (const row of open) {
      const room = known.get(row.id);
      if (!room) this.#add(`node ${node} does not know ${row.name} (${row.id})`);
      else this.#checkRoom(node, room, row);
    }
    const last = this.#tables.entriesOf(SERVER_STREAM).at(-1)?.pos ?? 0;
    if (context.server.pos !== last) {
      this.#add(`node ${node} has read the server's stream to ${context.server.pos}, which ends at ${last}`);
    }
  }

  /** What others do in a room a node hears where somebody is in it, and always who may come into a private one. */
  #checkRoom(node: number, room: Room, row: RoomRow): void {
    const where = `node ${node}, ${row.name} (${row.id})`;
    this.#compare(`${where}: name`, room.name.key, row.key);
    this.#compare(`${where}: is followed`, room.isFollowed, room.members.size > 0);
    const stream = this.#tables.streams.get(row.id);
    const rights = decodeRights(stream?.rights);
    if (room.isFollowed || row.isPrivate) {
      this.#compare(`${where}: rules`, room.rightsVersion, stream?.rules);
      this.#compare(`${where}: rights`, this.#inForce(room.rights), this.#inForce(rights));
    }
    if (!room.isFollowed) return;
    const last = this.#tables.entriesOf(row.id).at(-1);
    this.#compare(`${where}: position`, `${room.pos} at ${room.atMicros}`, `${last?.pos} at ${last?.at}`);
    this.#compare(`${where}: topic`, room.topic, row.topic);
  }

  /** A private room does not outlast its owner where nobody is in it. */
  #checkOwned({ id, name, isPrivate }: RoomRow): void {
    const { owner } = decodeRights(this.#tables.streams.get(id)?.rights);
    if (!isPrivate || this.#lively.has(id) || (owner !== null && this.#sessions.has(owner))) return;
    this.#add(`${name} (${id}) is private, nobody is in it, and its owner is ${owner === null ? "nobody" : "gone"}`);
  }

  /** As text. A node may forget what sessions might do that are gone: it is the same. */
  #inForce(rights: Rights): string {
    const here = (ids: readonly number[]): string => ids.filter((id) => this.#sessions.has(id)).join(" ");
    const bans = bansInForce(rights, this.#nowMicros).map((ban) => JSON.stringify(ban));
    const { owner, operators, invited } = rights;
    return `owner ${here(owner === null ? [] : [owner])}, operators ${here(operators)}, invited ${here(invited)}, bans ${bans.join("; ")}`;
  }

  #compare(what: string, is: unknown, should: unknown): void {
    if (is !== should) this.#add(`${what} is ${String(is)}, and ${String(should)} in the database`);
  }

  #add(what: string): void {
    this.#found.push(what);
  }
}
