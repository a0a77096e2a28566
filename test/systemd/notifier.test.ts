import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { Notifier } from "../../src/systemd/notifier.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { FakeClock } from "../support/world/fake-clock.ts";
import { until } from "../support/sockets/until.ts";

interface Systemd {
  readonly env: NodeJS.ProcessEnv;
  /** What it was told. */
  readonly told: () => string[];
}

/** A `systemd-notify` that keeps what it should send; the real one is in `test/deploy/systemd.test.ts`. */
function aSystemd(t: Test, ending = "exit 0"): Systemd {
  const folder = aFolder(t);
  const log = join(folder, "log");
  const program = join(folder, "systemd-notify");
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$*" >> '${log}'\n${ending}\n`);
  chmodSync(program, 0o755);
  return {
    env: { PATH: folder, NOTIFY_SOCKET: "/run/systemd/notify" },
    told: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
  };
}

const never = (error: unknown): void => {
  throw error;
};

t.test("it says when the server is ready, that it lives, and when it stops", async (t) => {
  const clock = new FakeClock();
  const { env, told } = aSystemd(t);
  const notifier = new Notifier({ ...env, WATCHDOG_USEC: "30000000", WATCHDOG_PID: String(process.pid) }, clock, never);
  let people = 0;
  await notifier.ready(() => `${people} logged in`);
  t.same(told(), ["READY=1 STATUS=0 logged in"]);
  people = 2;
  await clock.pass(7499);
  t.equal(told().length, 1);
  await clock.pass(1);
  await until(() => told().length === 2, "the first sign of life");
  await clock.pass(7500);
  await until(() => told().length === 3, "the second sign of life");
  t.same(told().slice(1), ["WATCHDOG=1 STATUS=2 logged in", "WATCHDOG=1 STATUS=2 logged in"]);
  await notifier.stopping(24_000);
  t.equal(told().at(-1), "STOPPING=1 EXTEND_TIMEOUT_USEC=25000000 STATUS=Stopping", "systemd waits for the end");
  notifier.stop();
  t.equal(clock.plannedCount, 0);
});

t.test("signs of life are sent where they are asked of this process", async (t) => {
  for (const watchdog of [{}, { WATCHDOG_USEC: "30000000", WATCHDOG_PID: "1" }, { WATCHDOG_USEC: "odd" }]) {
    const clock = new FakeClock();
    const { env, told } = aSystemd(t);
    await new Notifier({ ...env, ...watchdog }, clock, never).ready(() => "");
    t.equal(told().length, 1);
    t.equal(clock.plannedCount, 0);
  }
});

t.test("without systemd nothing is said", async (t) => {
  const { env, told } = aSystemd(t);
  await new Notifier({ PATH: env["PATH"] }, new FakeClock(), never).ready(() => "");
  t.same(told(), []);
});

t.test("who cannot be told is not told, and that is said", async (t) => {
  const errors: unknown[] = [];
  const { env } = aSystemd(t, "exit 1");
  await new Notifier(env, new FakeClock(), (error) => errors.push(error)).stopping(0);
  t.match(errors, [{ message: /systemd-notify STOPPING=1/ }]);
});

t.test("a server that is ready says so until systemd knows it, and then that it lives", async (t) => {
  const clock = new FakeClock();
  const errors: unknown[] = [];
  const folder = aFolder(t);
  const { env, told } = aSystemd(t, `[ -e '${folder}/answers' ]`);
  const notifier = new Notifier({ ...env, WATCHDOG_USEC: "30000000" }, clock, (error) => errors.push(error));
  await notifier.ready(() => "here");
  await clock.pass(1000);
  await until(() => errors.length === 2, "the second failure");
  writeFileSync(join(folder, "answers"), "");
  await until(() => clock.plannedCount === 1, "the third attempt is planned");
  await clock.pass(1000);
  await until(() => told().length === 3, "the third attempt");
  t.same(new Set(told()), new Set(["READY=1 STATUS=here"]));
  await until(() => clock.plannedCount === 1, "the sign of life is planned");
  await clock.pass(7500);
  await until(() => told().length === 4, "the sign of life");
  t.equal(told().at(-1), "WATCHDOG=1 STATUS=here");
  t.equal(errors.length, 2);
  notifier.stop();
  t.equal(clock.plannedCount, 0);
});
