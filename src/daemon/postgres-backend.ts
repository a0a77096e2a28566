import { hostname } from "node:os";
import { LocalHub } from "../bus/local.ts";
import { PostgresBus } from "../bus/postgres.ts";
import { loginFiles } from "../config/settings-of.ts";
import type { Config } from "../config/settings.ts";
import type { Clock } from "../ports/clock.ts";
import { DatabaseConnection, type ConnectionOptions, GENERIC_PLANS } from "../postgres/connection.ts";
import { Credentials, type PostgresUrl } from "../postgres/login.ts";
import { migrate } from "../postgres/schema.ts";
import { ClusterPresence } from "../presence/cluster/cluster-presence.ts";
import { PostgresNodeTable } from "../presence/postgres/node-table.ts";
import { PostgresPeopleTable } from "../presence/postgres/people-table.ts";
import { PostgresStore } from "../store/postgres/postgres-store.ts";
import type { Backend, BackendParts } from "./backend.ts";

const APPEND_DEADLINE_MS = 5000;
const READ_DEADLINE_MS = 5000;
/** Deadline of a query of the lease, as a part of the lease: a later answer is of no use. */
const LEASE_DEADLINE_PART = 0.4;
/** Maximum time before another attempt to connect for the lease, as a part of the lease. */
const LEASE_REST_PART = 0.1;
/** Interval between checks of the bus's connection, as a part of the lease. */
const HEARTBEAT_PART = 0.5;

/** Brings a PostgreSQL database to this version's schema. */
export async function migratePostgres(url: PostgresUrl, config: Config, clock: Clock): Promise<void> {
  const login = new Credentials(url, loginFiles(config));
  const connection = new DatabaseConnection(login, clock, { purpose: "migrate", deadlineMs: READ_DEADLINE_MS });
  try {
    await migrate(connection, login.shown);
  } finally {
    await connection.close();
  }
}

/** As `openBackend`. */
export async function openPostgres(
  url: PostgresUrl,
  config: Config,
  { clock, telemetry, version, graceMs, networkOf }: BackendParts,
): Promise<Backend> {
  await using stack = new AsyncDisposableStack();
  const login = new Credentials(url, loginFiles(config));
  const failed = (error: unknown): void => telemetry.storeHealth(error);
  const connect = (options: ConnectionOptions): DatabaseConnection =>
    stack.adopt(new DatabaseConnection(login, clock, options), (connection) => connection.close());

  const rooms = connect({ purpose: "rooms", deadlineMs: READ_DEADLINE_MS });
  const { cluster, returnKey } = await migrate(rooms, login.shown);
  const lease = connect({
    purpose: "lease",
    deadlineMs: Math.min(config.lease * LEASE_DEADLINE_PART, READ_DEADLINE_MS),
    maxRestMs: config.lease * LEASE_REST_PART,
  });
  const bus =
    config.bus === "local"
      ? new LocalHub().join()
      : new PostgresBus(login, clock, {
          cluster,
          heartbeatMs: config.lease * HEARTBEAT_PART,
          node: () => presence.lease.identity.id,
          misunderstood: () => telemetry.misunderstood(),
          failed,
        });
  stack.defer(() => bus.close());
  const people = connect({ purpose: "presence", deadlineMs: READ_DEADLINE_MS, settings: GENERIC_PLANS });
  const presence: ClusterPresence = new ClusterPresence(
    {
      nodes: new PostgresNodeTable(lease),
      people: (identity) => new PostgresPeopleTable(people, identity),
      bus,
      clock,
      health: failed,
      networkOf,
    },
    { leaseMs: config.lease, host: hostname(), version, graceMs },
  );
  if (bus instanceof PostgresBus) await bus.start();
  await presence.start();
  stack.defer(() => presence.stop());
  const store = new PostgresStore(
    {
      append: connect({ purpose: "append", deadlineMs: APPEND_DEADLINE_MS, settings: GENERIC_PLANS }),
      history: connect({ purpose: "history", deadlineMs: READ_DEADLINE_MS }),
      rooms,
    },
    presence.lease.identity,
  );
  const open = stack.move();
  return {
    store,
    presence,
    bus,
    returnKey,
    nodeId: () => presence.lease.identity.id,
    close: () => open.disposeAsync(),
  };
}
