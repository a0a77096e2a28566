import t, { type Test } from "tap";
import { Lifecycle } from "../../src/aws/lifecycle.ts";
import { FakeClock } from "../support/world/fake-clock.ts";
import { type Metadata, aMetadataService } from "../support/machines/metadata-service.ts";
import { until } from "../support/sockets/until.ts";

interface Watched {
  readonly clock: FakeClock;
  readonly lifecycle: Lifecycle;
  /** What was told: `leaving`, and what became of the metadata service. */
  readonly told: string[];
  /** Lets five seconds pass and waits for the question. */
  readonly next: () => Promise<void>;
}

function watch(t: Test, metadata: Metadata): Watched {
  const clock = new FakeClock();
  const told: string[] = [];
  const lifecycle = new Lifecycle(metadata.url, clock, {
    leaving: () => told.push("leaving"),
    metadata: (error) => told.push(error instanceof Error ? error.message : "answers"),
  });
  lifecycle.start();
  t.teardown(() => lifecycle.stop());
  const isAsked = (): boolean => clock.plannedCount > 0 || told.includes("leaving");
  const next = async (): Promise<void> => {
    await until(isAsked, "the answer is here");
    await clock.pass(5000);
    await until(isAsked, "the next answer is here");
  };
  return { clock, lifecycle, told, next };
}

t.test("it tells once that the instance is being taken out, and asks no more", async (t) => {
  const metadata = await aMetadataService(t);
  const { clock, told, next } = watch(t, metadata);
  await next();
  t.same(told, []);
  t.equal(metadata.answered, 2);
  metadata.state = "Terminated";
  await next();
  t.same(told, ["leaving"]);
  t.equal(clock.plannedCount, 0);
});

t.test("an instance out of a warm pool is taken out, too; standing by is no end", async (t) => {
  const metadata = await aMetadataService(t, "Standby");
  const { told, next } = watch(t, metadata);
  await next();
  t.same(told, []);
  metadata.state = "Warmed:Terminated";
  await next();
  t.same(told, ["leaving"]);
});

t.test("a service that does not answer is told once, and again when it does", async (t) => {
  const metadata = await aMetadataService(t);
  metadata.status = 404;
  const { told, next } = watch(t, metadata);
  await next();
  await next();
  const path = "/latest/meta-data/autoscaling/target-lifecycle-state";
  t.same(told, [`ask ${metadata.url}${path}: it answers 404`]);
  metadata.status = 200;
  await next();
  t.same(told.slice(1), ["answers"]);
});

t.test("where there is no such service, that is told", async (t) => {
  const metadata = await aMetadataService(t);
  await metadata.close();
  const { told, next } = watch(t, metadata);
  await next();
  t.match(told, [/^ask http:.*\/latest\/api\/token: /]);
});

t.test("who has stopped asking is told nothing", async (t) => {
  const { clock, lifecycle, told } = watch(t, await aMetadataService(t, "Terminated"));
  lifecycle.stop();
  await clock.turn();
  await clock.pass(60_000);
  t.same(told, []);
  t.equal(clock.plannedCount, 0);
});
