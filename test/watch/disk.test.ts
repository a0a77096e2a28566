import { mkdirSync, rmdirSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { Disk } from "../../src/watch/disk.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

const MINUTE_MS = 60_000;

t.test("the database and its log are measured, and the disk that they are on", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  const disk = new Disk(path, new FakeClock(), { little: () => t.fail("nothing to say") });
  t.equal(disk.usedBytes(), 0);
  t.equal(disk.freeBytes(), null, "there is no file yet");
  writeFileSync(path, "x".repeat(1000));
  writeFileSync(`${path}-wal`, "x".repeat(24));
  t.equal(disk.usedBytes(), 1024);
  const { bavail, bsize } = statfsSync(path);
  const free = disk.freeBytes() ?? 0;
  t.ok(Math.abs(free - bavail * bsize) < 2 ** 30, "others write too");
});

t.test("little space is said when it begins and when it ends, and not in between", async (t) => {
  const path = join(aFolder(t), "there");
  mkdirSync(path);
  const clock = new FakeClock();
  const said: boolean[] = [];
  // There is never so much space.
  const disk = new Disk(path, clock, { little: (isLittle) => said.push(isLittle) }, Number.MAX_SAFE_INTEGER);
  t.same(said, [true], "at once");
  await clock.pass(10 * MINUTE_MS);
  t.same(said, [true]);
  // What the system does not tell is not called little.
  rmdirSync(path);
  await clock.pass(MINUTE_MS);
  t.same(said, [true, false]);
  mkdirSync(path);
  await clock.pass(MINUTE_MS);
  t.same(said, [true, false, true]);
  disk.stop();
  t.equal(clock.plannedCount, 0);
});
