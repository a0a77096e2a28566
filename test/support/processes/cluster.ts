import type { Test } from "tap";
import { Postgres } from "../../../tools/postgres.ts";
import { AdminClient } from "../../../src/cli/admin/client.ts";
import type { UserView } from "../../../src/http/admin/views.ts";
import { DatabaseProxy } from "./database-proxy.ts";
import { aFolder } from "../sockets/daemon.ts";
import { ChatdProcess } from "./process.ts";
import { messagesOf, type Stored } from "./stored.ts";
import { until } from "../sockets/until.ts";
import { Voice } from "./voice.ts";

/** Short enough to wait for, long enough for two busy cores. */
export const LEASE_MS = 2000;

export interface ClusterNode {
  readonly chatd: ChatdProcess & { readonly port: number };
  readonly port: number;
  readonly proxy: DatabaseProxy;
  readonly admin: AdminClient;
}

/** Some nodes on one database, each behind a proxy of its own. */
export class Cluster {
  readonly postgres: Postgres;
  readonly database: string;
  readonly nodes: ClusterNode[] = [];
  readonly #t: Test;
  readonly #args: readonly string[];

  private constructor(t: Test, postgres: Postgres, database: string, args: readonly string[]) {
    this.#t = t;
    this.postgres = postgres;
    this.database = database;
    this.#args = args;
  }

  static async start(
    t: Test,
    postgres: Postgres,
    { nodes = 3, args = [] }: { readonly nodes?: number; readonly args?: readonly string[] } = {},
  ): Promise<Cluster> {
    const url = await postgres.database();
    const cluster = new Cluster(t, postgres, new URL(url).pathname.slice(1), args);
    for (let i = 0; i < nodes; i++) await cluster.addNode();
    return cluster;
  }

  async addNode(more: readonly string[] = []): Promise<ClusterNode> {
    const proxy = await DatabaseProxy.start(this.#t, this.postgres.port);
    const dataDir = aFolder(this.#t);
    const place = ["--database", this.postgres.url(this.database, proxy.port), "--data-dir", dataDir];
    const chatd = await ChatdProcess.serve(this.#t, [...place, "--lease", `${LEASE_MS}ms`, ...this.#args, ...more]);
    const node = { chatd, port: chatd.port, proxy, admin: new AdminClient(`${dataDir}/admin.sock`) };
    this.nodes.push(node);
    return node;
  }

  /** Somebody at each node, all in the lobby and silent, and known to all nodes. */
  async voices(...names: readonly string[]): Promise<Voice[]> {
    const voices: Voice[] = [];
    // One after the other: each is told of those who come later.
    for (const [i, name] of names.entries()) voices.push(await this.voice(i % this.nodes.length, name));
    for (const { admin } of this.nodes) {
      await until(
        async () => {
          const users = await admin.get<UserView[]>("/users");
          return names.every((name) =>
            users.some((user) => user.name === name && user.awayUntil === null && user.rooms.includes("lobby")),
          );
        },
        `${names.join(", ")} are known`,
      );
    }
    return voices;
  }

  voice(node: number, name: string): Promise<Voice> {
    return Voice.enter(this.#t, this.nodes[node]?.port ?? 0, name);
  }

  /** Somebody before the door of a node. */
  stranger(node: number): Promise<Voice> {
    return Voice.connect(this.#t, this.nodes[node]?.port ?? 0);
  }

  /** Who is online, as one node knows it. */
  async namesAt(node: number): Promise<string[]> {
    const users = (await this.nodes[node]?.admin.get<UserView[]>("/users")) ?? [];
    return users.flatMap(({ name, awayUntil }) => (awayUntil === null ? [name] : []));
  }

  query(text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return this.postgres.query(this.database, text, values);
  }

  stored(): Promise<Stored[]> {
    return storedMessages(this.postgres, this.database);
  }
}

/** Every message of the lobby, in order. */
export async function storedMessages(postgres: Postgres, database: string): Promise<Stored[]> {
  const rows = await postgres.query(
    database,
    `select e.pos::int, e.seq::int, e.kind, e.author, e.body from entries e
      where e.stream_id = (select max(id) from rooms where key = 'lobby') order by e.pos`,
  );
  return messagesOf(rows);
}

/** Where what was said can be looked up. */
export interface Archive {
  stored(): Promise<Stored[]>;
}

/**
 * Compares what was heard with what is stored: the same order everywhere, nothing missing, nothing twice, nothing seen that
 * is not stored, and every sender was told the truth. All have been silent since they came in, and have been asked to be.
 *
 * @param voices what others than these said is not looked at
 * @param whole those who were there from the first line to the last; the others heard a part without a gap
 */
export async function checkAgreement(
  t: Test,
  archive: Archive,
  voices: readonly Voice[],
  whole: readonly Voice[] = voices,
): Promise<void> {
  const all = await archive.stored();
  const wrong = all.findIndex(({ seq }, i) => seq !== i + (all[0]?.seq ?? 1));
  t.equal(wrong, -1, `${all.length} lines are stored, numbered without a gap`);
  const names = new Set(voices.map(({ name }) => name));
  const stored = all.filter(({ author }) => names.has(author));
  const bodies = stored.map(({ body }) => body);
  const counts = Map.groupBy(bodies, (body) => body);
  t.equal(counts.size, bodies.length, "none is stored twice");
  for (const voice of voices) {
    t.same(
      voice.said.filter((body) => !counts.has(body)),
      [],
      `${voice.name}: ${voice.said.length} lines were taken, and all are stored`,
    );
    t.same(
      voice.refused.filter((body) => counts.has(body)),
      [],
      `${voice.name}: ${voice.refused.length} lines were refused, and none is stored`,
    );
    const others = stored
      .filter(({ author }) => author !== voice.name)
      .map(({ author, body }) => `[${author}]: ${body}`);
    const heard = voice.heard.filter((line) => names.has(/^\[(\w+)\]/.exec(line)?.[1] ?? ""));
    const first = whole.includes(voice) ? 0 : others.indexOf(heard[0] ?? others[0] ?? "");
    const expected = whole.includes(voice) ? others : others.slice(first, first + heard.length);
    const differs = expected.findIndex((line, i) => line !== heard[i]);
    t.equal(differs, -1, `${voice.name} heard every line in its order: ${around(heard, expected, differs)}`);
    t.equal(heard.length, expected.length, `${voice.name} heard ${heard.length} lines, and no others`);
  }
}

/** Stops the talk, and waits until what was said has come to everybody. */
export async function hush(archive: Archive, voices: readonly Voice[]): Promise<void> {
  const here = voices.filter((voice) => !voice.isEnded);
  await Promise.all(here.map((voice) => voice.silence()));
  const stored = await archive.stored();
  for (const voice of here) {
    const last = stored.findLast(({ author }) => author !== voice.name);
    await voice.hears(`[${last?.author}]: ${last?.body}`);
  }
}

function around(heard: readonly string[], expected: readonly string[], at: number): string {
  if (at < 0) return "no difference";
  const some = (lines: readonly string[]): string => lines.slice(Math.max(0, at - 2), at + 3).join(" | ");
  return `at ${at} of ${expected.length} there is ${some(heard)} and should be ${some(expected)}`;
}
