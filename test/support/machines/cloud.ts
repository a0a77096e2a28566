import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Test } from "tap";
import type { Target } from "../../../demo/balancer.ts";
import { Postgres } from "../../../tools/postgres.ts";
import { certify } from "../../../tools/certificate.ts";
import { aFolder } from "../sockets/daemon.ts";
import { deployed, type RenderedDeployment, initialize } from "./instance.ts";
import { Machine } from "./machine.ts";
import { aMetadataService, type Metadata } from "./metadata-service.ts";
import { Service } from "./service.ts";
import { until } from "../sockets/until.ts";

/** As `terraform/tests/mocks` has it. */
const DATABASE_HOST = "chatd.example.eu-central-1.rds.amazonaws.com";
/** By default systemd gives a service up that was started more often than five times in ten seconds. */
const MORE_THAN_SYSTEMD_HAS_PATIENCE_FOR = 7;
const HASTY = { "/etc/systemd/system/chatd.service.d/hasty.conf": { text: "[Service]\nRestartSec=100ms\n" } };
const run = promisify(execFile);

/** What terraform built, and the database that it has here. */
export interface Cloud {
  readonly deployment: RenderedDeployment;
  readonly postgres: Postgres;
  /** The database's certificate and key. */
  readonly certificate: { readonly cert: string; readonly key: string };
}

/** The deployment of many servers. @param variables more of its variables */
export async function build(t: Test, variables: Readonly<Record<string, unknown>> = {}): Promise<Cloud> {
  const certificate = certify(aFolder(t), "database", `DNS:${DATABASE_HOST}`);
  const deployment = await deployed(t, "terraform", { database_ca_bundle: certificate.cert, drain: 3, ...variables });
  t.equal(deployment.text('aws_db_instance.this["chatd"]', "endpoint"), `${DATABASE_HOST}:5432`);
  const postgres = await aDatabase(t, certificate);
  return { deployment, postgres, certificate };
}

async function aDatabase(t: Test, certificate: Cloud["certificate"]): Promise<Postgres> {
  const postgres = await Postgres.start(certificate);
  t.teardown(() => postgres.remove());
  await postgres.query("postgres", "create database chatd");
  return postgres;
}

/** Another database, as the first one is at this moment, as RDS makes it. Needs pg_dump and psql. */
export async function restore(t: Test, { postgres, certificate }: Cloud): Promise<Postgres> {
  const dump = join(aFolder(t), "dump");
  await run("pg_dump", ["--dbname", postgres.url("chatd"), "--file", dump]);
  const restored = await aDatabase(t, certificate);
  await run("psql", ["--quiet", "--set", "ON_ERROR_STOP=1", "--file", dump, restored.url("chatd")]);
  return restored;
}

/** An instance that the group has started. */
export interface Instance extends Target {
  readonly machine: Machine;
  readonly metadata: Metadata;
  readonly isReady: () => Promise<boolean>;
}

/** @param isEarly it is there before the database can be reached, and waits for it */
export async function launch(t: Test, { deployment, postgres }: Cloud, isEarly = false): Promise<Instance> {
  const hosts = { text: `127.0.0.1 localhost\n127.0.0.1 ${DATABASE_HOST}\n` };
  const machine = await Machine.boot(t, { ...deployment.files, "/etc/hosts": hosts, ...(isEarly ? HASTY : {}) });
  const metadata = await aMetadataService(t);
  await machine.run("ip", "address", "add", "169.254.169.254/32", "dev", "lo");
  await machine.offer("169.254.169.254", 80, metadata.port);
  if (!isEarly) await machine.offer("127.0.0.1", 5432, postgres.port);
  await initialize(machine);
  const runs = !machine.said.includes("chatd does not run yet");
  if (runs === isEarly) throw new Error(await machine.run("cat", "/run/chatd.log"));
  if (isEarly) {
    const chatd = new Service(machine, "chatd.service");
    const isPatient = async (): Promise<boolean> => (await chatd.restarts()) >= MORE_THAN_SYSTEMD_HAS_PATIENCE_FOR;
    await until(isPatient, "it was started again and again");
    await machine.offer("127.0.0.1", 5432, postgres.port);
  }
  const opsPort = await machine.reach(8079);
  const isReady = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${opsPort}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isReady, "it is ready");
  return { machine, metadata, port: await machine.reach(8080), isReady };
}
