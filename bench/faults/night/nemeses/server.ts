import { readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Heal, Nemesis, Site } from "../nemesis.ts";

/** Less than a page of PostgreSQL's. */
const LEFT_BYTES = 4096;

/** Faults of the PostgreSQL server's processes and of its disk. */
export const SERVER: readonly Nemesis[] = [
  {
    name: "kill-postgres",
    what: "kill -9 PostgreSQL, and start it again at once",
    lastsMs: [1, 500],
    restMs: [3000, 6000],
    times: 2,
    strike: killServer,
  },
  {
    name: "postgres-away",
    what: "PostgreSQL is away for longer than lines may wait",
    lastsMs: [13_000, 15_000],
    restMs: [2000, 4000],
    times: 1,
    strike: killServer,
  },
  {
    name: "kill-backend",
    what: "kill -9 one backend, as the kernel does without memory: PostgreSQL ends all others and recovers",
    lastsMs: [1, 10],
    restMs: [3000, 5000],
    async strike({ database }, chance) {
      const backends = await database.backends();
      if (backends.length > 0) signal(chance.of(backends).pid, "SIGKILL");
      return () => {};
    },
  },
  freezeServer("stop-postgres", "SIGSTOP PostgreSQL for 3–6 s", [3000, 6000]),
  freezeServer("stop-postgres-long", "SIGSTOP PostgreSQL for longer than lines may wait", [16_000, 20_000]),
  freezeBackend("freeze-append", "SIGSTOP one backend that appends, longer than a node waits", () => "append"),
  freezeBackend("freeze-any", "SIGSTOP one backend of any purpose, longer than a node waits", () => null),
  {
    name: "disk-full",
    what: "the disk of the database is full",
    lastsMs: [500, 5000],
    restMs: [1000, 3000],
    needs: ["disk"],
    strike({ disk }) {
      if (disk === null) throw new Error("there is no small disk");
      const ballast = join(disk, "ballast");
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - LEFT_BYTES)));
      return () => rmSync(ballast);
    },
  },
];

/** All processes at once, so that none says anything to anybody. */
async function killServer({ database }: Site): Promise<Heal> {
  const { postgres } = database;
  if (database.port !== postgres.port) throw new Error("another server is the primary");
  const { pid } = postgres;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim().split(" ").map(Number);
  for (const one of [pid, ...children]) signal(one, "SIGKILL");
  await postgres.stop();
  return () => postgres.startAgain();
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

function freezeServer(name: string, what: string, lastsMs: readonly [number, number]): Nemesis {
  return {
    name,
    what,
    lastsMs,
    restMs: [2000, 5000],
    strike({ database: { postgres } }) {
      postgres.freeze();
      return () => postgres.thaw();
    },
  };
}

function freezeBackend(name: string, what: string, purpose: () => string | null): Nemesis {
  return {
    name,
    what,
    lastsMs: [8000, 11_000],
    restMs: [1000, 3000],
    async strike({ database }, chance) {
      const backends = await database.backends(purpose());
      if (backends.length === 0) return () => {};
      const { pid } = chance.of(backends);
      signal(pid, "SIGSTOP");
      return () => signal(pid, "SIGCONT");
    },
  };
}
