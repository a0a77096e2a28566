import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { LocalHub } from "../bus/local.ts";
import type { Bus } from "../ports/bus.ts";
import type { Clock } from "../ports/clock.ts";
import type { Presence } from "../ports/presence.ts";
import type { Store } from "../ports/store.ts";
import { keptUntilMicros, seenBeforeCrashMicros } from "../chat/sessions/returning.ts";
import { databaseOf } from "../config/settings-of.ts";
import type { Config } from "../config/settings.ts";
import { MemoryPresence } from "../presence/memory.ts";
import { openStore } from "../store/open-store.ts";
import type { Recorder } from "../watch/recorder.ts";

/** Where a daemon keeps its state, and shares it with other nodes. */
export interface Backend {
  readonly store: Store;
  readonly presence: Presence;
  readonly bus: Bus;
  /** The secret of `SecretReturnCodes`. */
  readonly returnKey: string;
  /** Returns the current id of this node in its cluster; null: it is alone. */
  readonly nodeId: () => number | null;
  /** Closes everything. The names of people here are given up before the connections close. */
  close(): Promise<void>;
}

export interface BackendParts {
  readonly clock: Clock;
  readonly telemetry: Recorder;
  readonly version: string;
  /** Returns how long people may come back whose connection broke, in milliseconds. */
  readonly graceMs: () => number;
  /** As `Admission.networkOf`. */
  readonly networkOf: (address: string) => string | null;
}

/** Bound of the random ids of processes that write to a file. */
const MAX_ID = 2 ** 47;

/** Opens what `--database` and `--bus` name. Rejects with a `StoreError` when it cannot be had. */
export async function openBackend(config: Config, parts: BackendParts): Promise<Backend> {
  const database = databaseOf(config);
  if (database.type === "postgres") {
    const { openPostgres } = await loadPostgres();
    return await openPostgres(database.url, config, parts);
  }
  const { clock, telemetry, graceMs, networkOf } = parts;
  const store = await openStore(database, randomInt(1, MAX_ID));
  const presence = new MemoryPresence(clock, networkOf);
  try {
    const health = (error: unknown): void => telemetry.storeHealth(error);
    const untilMicros = keptUntilMicros({ clock, graceMs: graceMs() });
    await presence.keep({ store, health, untilMicros, seenBeforeCrash: seenBeforeCrashMicros });
    const returnKey = await store.secret();
    const close = async (): Promise<void> => {
      await presence.close();
      await store.close();
    };
    return { store, presence, bus: new LocalHub().join(), returnKey, nodeId: () => null, close };
  } catch (error) {
    await store.close().catch(() => {});
    throw error;
  }
}

/** Brings the database to this version's schema. Resolves with whether it made the file. Rejects with a `StoreError`. */
export async function migrateDatabase(config: Config, clock: Clock): Promise<boolean> {
  const database = databaseOf(config);
  if (database.type === "postgres") {
    const { migratePostgres } = await loadPostgres();
    await migratePostgres(database.url, config, clock);
    return false;
  }
  const isMade = database.type === "sqlite" && !existsSync(database.path);
  const store = await openStore(database, 0);
  await store.close();
  return isMade;
}

/** Only where it is used: loading the client takes a tenth of the time of a start. */
function loadPostgres(): Promise<typeof import("./postgres-backend.ts")> {
  return import("./postgres-backend.ts");
}
