import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { between, type Nemesis, type Site } from "../nemesis.ts";

const run = promisify(execFile);
const LAG_MS: readonly [number, number] = [500, 2000];
const MOVE_MS = 1500;
/** How much later than the others one connection of each node may come back. */
const LATE_MS: readonly [number, number] = [500, 4000];
const FAR_LAG_MS: readonly [number, number] = [6000, 10_000];
const BACKUP_AGE_MS: readonly [number, number] = [1000, 3000];

/** Another server takes over, or the database is put back: what was stored last may be gone. */
export const HISTORY_LOST: readonly Nemesis[] = [
  {
    name: "failover",
    what: "failover to a standby without lag; the name leads to it from then on",
    lastsMs: [1, 100],
    restMs: [4000, 7000],
    times: 1,
    spoilsServer: true,
    needs: ["standby"],
    async strike(site) {
      const { standby, database } = site;
      if (standby === null) throw new Error("there is no standby");
      // It has all that was answered: commits have waited for it.
      await fail(site);
      await takeOver(site);
      return () => database.configure("synchronous_standby_names", null);
    },
  },
  lagging("lagging-standby", "failover to a standby that is 0.5–2 s behind", LAG_MS),
  lagging("lagging-far", "failover to a standby that is 6–10 s behind", FAR_LAG_MS),
  {
    name: "two-primaries",
    what: "a standby 0.5–2 s behind becomes a primary while the old one lives; node after node moves to it within 3 s",
    lastsMs: [1, 100],
    restMs: [4000, 7000],
    times: 1,
    goesBack: true,
    spoilsServer: true,
    needs: ["standby"],
    async strike({ standby, database, nodes }, chance) {
      if (standby === null) throw new Error("there is no standby");
      standby.cutOff();
      await sleep(between(chance, LAG_MS));
      await standby.promote(database.postgres);
      for (const { proxy } of nodes) {
        proxy.leadTo(standby.port);
        await sleep(chance.below(MOVE_MS));
      }
      database.movedTo(standby.port);
      return () => database.postgres.stop("SIGQUIT");
    },
  },
  {
    name: "restore",
    what: "`pg_restore --clean` of a backup 1–3 s old into the running database",
    lastsMs: [1, 100],
    restMs: [3000, 5000],
    times: 1,
    goesBack: true,
    needs: ["pg_dump"],
    async strike(site, chance) {
      const { database } = site;
      const url = database.postgres.url(database.name, database.port);
      const file = join(database.folder, "backup");
      await run("pg_dump", ["--format=custom", `--file=${file}`, url]);
      await sleep(between(chance, BACKUP_AGE_MS));
      const restore = ["--clean", "--if-exists", `--dbname=${url}`, file];
      const once = ["--single-transaction", ...restore];
      if (chance.below(2) === 0) await run("pg_restore", once);
      // What nodes write meanwhile may keep a constraint from being made: then it is done again, as it should have been.
      else await run("pg_restore", restore).catch(() => run("pg_restore", once));
      return () => {};
    },
  },
];

/** Of a node; after a failover one of them comes back later than the others at times. */
const PURPOSES = ["rooms", "append", "listen", "notify", "lease", "presence"];

function lagging(name: string, what: string, lagMs: readonly [number, number]): Nemesis {
  return {
    name,
    what,
    lastsMs: [1, 100],
    restMs: [2000, 5000],
    times: 1,
    goesBack: true,
    spoilsServer: true,
    needs: ["standby"],
    async strike(site, chance) {
      const { standby } = site;
      if (standby === null) throw new Error("there is no standby");
      standby.cutOff();
      await sleep(between(chance, lagMs));
      await fail(site);
      await sleep(chance.below(1000));
      const lateMs = chance.below(3) === 0 ? between(chance, LATE_MS) : 0;
      await takeOver(site, lateMs, chance.of(PURPOSES));
      return () => {};
    },
  };
}

async function fail({ database }: Site): Promise<void> {
  await database.postgres.stop("SIGQUIT");
}

/** The standby is the primary, and every node's name for the database leads to it. */
async function takeOver({ standby, database, nodes }: Site, lateMs = 0, late = ""): Promise<void> {
  await standby?.promote(database.postgres);
  const port = standby?.port ?? database.port;
  database.movedTo(port);
  for (const { proxy } of nodes) {
    if (lateMs > 0) {
      const heal = proxy.change(
        (purpose) => purpose === late,
        ["up", "down"],
        () => "hold",
      );
      setTimeout(heal, lateMs);
    }
    proxy.leadTo(port);
  }
}
