import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../measure/statistics.ts";
import { chatdDurable } from "../peers/chatd.ts";
import type { Measures, Scenario } from "./scenario.ts";

const TIMES = 9;

export const starts: Scenario = {
  name: "start",
  about:
    "How long `bin/chatd` takes from being started until it listens, with a new database each time: the first time, when all its " +
    `code has to be compiled, and the median of ${TIMES} times after that.`,
  headline: "laterMs",
  columns: [
    { metric: "firstMs", label: "first", format: "ms" },
    { metric: "laterMs", label: "later", format: "ms", better: "lower" },
  ],
  peers: ["chatd"],
  rows: [{ key: "start", title: "start", lobby: false, manyAddresses: false, load }],
};

/** The server that the bench has started is not asked: it only shows that one can start here. */
async function load(): Promise<Measures> {
  const cacheFolder = mkdtempSync(join(tmpdir(), "chatd-bench-compiled-"));
  try {
    const firstMs = await startMs(cacheFolder);
    const laterMs: number[] = [];
    for (let i = 0; i < TIMES; i++) laterMs.push(await startMs(cacheFolder));
    return { firstMs, laterMs: median(laterMs) };
  } finally {
    rmSync(cacheFolder, { recursive: true });
  }
}

async function startMs(cacheFolder: string): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), "chatd-bench-start-"));
  const place = { dir, host: "127.0.0.1", port: 0, lobby: true, asShipped: false, database: null };
  const [file, ...args] = chatdDurable.command({ ...place, rooms: 0, messages: 0, tlsPort: null, opsPort: null });
  const startedAt = performance.now();
  const env = { ...process.env, NODE_COMPILE_CACHE: cacheFolder };
  const child = spawn(file, args, { cwd: dir, env, stdio: ["ignore", "pipe", "inherit"] });
  try {
    await listens(child);
    return performance.now() - startedAt;
  } finally {
    // SIGINT, so that Node writes its compile cache when it ends.
    child.kill("SIGINT");
    await once(child, "exit");
    rmSync(dir, { recursive: true });
  }
}

async function listens(child: ChildProcess): Promise<void> {
  for await (const text of child.stdout ?? []) if (String(text).includes("listening")) return;
  throw new Error("chatd does not start");
}
