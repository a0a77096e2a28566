import { setTimeout as sleep } from "node:timers/promises";
import type { NodeView } from "../history.ts";
import type { ChatdNode } from "./chatd-node.ts";
import { END_WITHIN_MS } from "./nemeses/nodes.ts";

/** A node that has more has kept what it should have let go. */
const MEMORY_BYTES = 300 * 2 ** 20;
const LOOK_AGAIN_MS = 250;
const TELL_PATIENCE_MS = 5000;
const BUG = "Something failed that should not";

/** What one node tells about who is online and where. */
export async function viewOf(node: ChatdNode): Promise<NodeView> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("no answer")), TELL_PATIENCE_MS);
  const users = await Promise.race([node.users(), late.promise]).finally(() => clearTimeout(timer));
  const rooms = new Map<string, string[]>();
  for (const user of users) {
    for (const room of user.rooms) rooms.set(room, [...(rooms.get(room) ?? []), user.name].sort());
  }
  return { node: node.number, users: users.map(({ name }) => name).sort(), rooms };
}

export interface Agreement {
  readonly views: readonly NodeView[];
  readonly tookMs: number;
  /** In what the nodes differ; null: in nothing. */
  readonly difference: string | null;
}

/** Asks all nodes until they say the same, or until the time is over. */
export async function agree(nodes: readonly ChatdNode[], withinMs: number): Promise<Agreement> {
  const startMs = performance.now();
  for (;;) {
    const asked = await Promise.allSettled(nodes.map(viewOf));
    const views = asked.filter((one) => one.status === "fulfilled").map(({ value }) => value);
    const silent = asked.find((one) => one.status === "rejected");
    const tookMs = performance.now() - startMs;
    const difference = silent ? `a node does not tell who is online: ${String(silent.reason)}` : differenceOf(views);
    if (difference === null || tookMs > withinMs) return { views, tookMs, difference };
    await sleep(LOOK_AGAIN_MS);
  }
}

/** The first list of people in which two nodes differ. */
function differenceOf(views: readonly NodeView[]): string | null {
  const [first] = views;
  if (!first) return null;
  for (const view of views) {
    if (view.users.join() !== first.users.join()) return tell("who is online", first.users, view.users);
    for (const room of new Set([...view.rooms.keys(), ...first.rooms.keys()])) {
      const [one = [], other = []] = [first.rooms.get(room), view.rooms.get(room)];
      if (one.join() !== other.join()) return tell(`who is in ${room}`, one, other);
    }
  }
  return null;
}

function tell(what: string, one: readonly string[], other: readonly string[]): string {
  return `nodes do not agree about ${what}: ${one.join(", ")}; and ${other.join(", ")}`;
}

/** What is not well with nodes that are left alone, a sentence each. */
export async function examine(nodes: readonly ChatdNode[]): Promise<string[]> {
  const problems: string[] = [];
  for (const node of nodes) {
    const at = `node ${node.number}`;
    try {
      const metrics = await node.metrics();
      for (const name of ["chatd_failures_total", "chatd_pending_lines"]) {
        const value = metrics.value(name) ?? 0;
        if (value > 0) problems.push(`${at}: ${name} is ${value}`);
      }
    } catch (error) {
      problems.push(`${at} tells no metrics: ${String(error)}`);
    }
    const mebibytes = Math.round(node.memoryBytes() / 2 ** 20);
    if (node.memoryBytes() > MEMORY_BYTES) problems.push(`${at} takes ${mebibytes} MiB`);
  }
  return problems;
}

/** Ends all nodes as an operator does, and says which did not end well then or before. */
export async function endAll(nodes: readonly ChatdNode[]): Promise<string[]> {
  await Promise.all(nodes.map((node) => node.end("SIGTERM", END_WITHIN_MS)));
  return nodes.flatMap(oddDeaths);
}

/** What nodes logged as bugs, a sentence each. */
export function oddEvents(nodes: readonly ChatdNode[]): string[] {
  return nodes.flatMap((node) => {
    const bugs = node.logged().filter(({ msg }) => msg === BUG);
    return bugs.map((bug) => `node ${node.number} logged: ${BUG}: ${JSON.stringify(bug["what"])} ${firstLine(bug)}`);
  });
}

function oddDeaths({ number, deaths }: ChatdNode): string[] {
  return deaths.flatMap(({ code, signal, isAsked, wasUp, isLate }) => {
    if (isLate) return [`node ${number} did not end within ${END_WITHIN_MS} ms of SIGTERM`];
    if (!isAsked && wasUp) return [`node ${number} ended by itself with ${code ?? signal}`];
    return signal === null && code !== 0 && wasUp ? [`node ${number} ended with ${code}`] : [];
  });
}

function firstLine(bug: Readonly<Record<string, unknown>>): string {
  const { message } = (bug["err"] ?? {}) as { readonly message?: string };
  return message ?? "";
}
