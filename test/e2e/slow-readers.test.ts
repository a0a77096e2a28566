import t, { type Test } from "tap";
import { Client } from "../support/client.ts";
import { opsPortOf, readMetric } from "../support/ops.ts";
import { ChatdProcess } from "../support/process.ts";
import { until } from "../support/until.ts";
import { talk, Witness } from "../support/witness.ts";

const TALKERS = 4;
const HELD = "chatd_outbox_bytes";
const SKIPPED = /^\[\*\]: (\d+) lines? skipped, your connection was too slow\. See \/history\.$/;
const EVERYTHING = 65536;

/** People who say so many lines each, as fast as they are taken. */
async function talkers(t: Test, port: number): Promise<Client[]> {
  const names = Array.from({ length: TALKERS }, (_, i) => `t${i}`);
  return Promise.all(names.map((name) => Client.login(t, port, name)));
}

function say(people: readonly Client[], from: number, to: number): void {
  const numbers = Array.from({ length: to - from }, (_, i) => from + i);
  for (const one of people) one.send(...numbers.map(talk));
}

async function crowd(t: Test, port: number, size: number): Promise<Witness[]> {
  const all: Witness[] = [];
  for (let i = 0; i < size; i++) all.push(await Witness.login(t, port, `w${i}`));
  await until(() => all.every((one) => one.notices.some((line) => line.startsWith("You are in lobby"))), "all are in");
  return all;
}

/** Every line of every talker once, and each talker's in his order. */
function isComplete(seen: readonly number[], each: number): boolean {
  const next = Array.from({ length: TALKERS }, () => 0);
  for (const one of seen) {
    const talker = Math.floor(one / 100_000);
    if (next[talker] !== one % 100_000) return false;
    next[talker] += 1;
  }
  return next.every((count) => count === each);
}

t.test(
  "who reads nothing, or a byte at a time, is skipped past lines; hundreds of others get every line",
  async (t) => {
    const total = 512 * 1024;
    const limits = ["--outbox-skip-bytes", "262144", "--outbox-total", String(total)];
    const patience = ["--outbox-skip-after", "0", "--outbox-close-after", "0"];
    const chatd = await ChatdProcess.serve(t, ["--database", "memory:", "--ops-port", "0", ...limits, ...patience]);
    const opsPort = await opsPortOf(chatd);
    let isOver = false;
    const people = await talkers(t, chatd.port);
    const others = await crowd(t, chatd.port, 200);
    const never = await Witness.login(t, chatd.port, "never", { appetite: () => (isOver ? EVERYTHING : 1) });
    const byByte = await Witness.login(t, chatd.port, "by_byte", { appetite: () => (isOver ? EVERYTHING : 1) });
    await until(
      async () => (await readMetric(opsPort, "chatd_sessions")) === TALKERS + others.length + 2,
      "all are in",
    );

    const each = 900;
    say(people, 0, each);
    let most = 0;
    await until(async () => {
      byByte.readOn();
      most = Math.max(most, await readMetric(opsPort, HELD));
      return others.every((one) => one.seen.length >= each * TALKERS);
    }, "all others have every line");

    const [first] = others;
    t.ok(isComplete(first?.seen ?? [], each), "no line is missing, doubled, or out of its talker's order");
    t.ok(
      others.every((one) => String(one.seen) === String(first?.seen)),
      "all see one order",
    );
    t.ok(most > 0 && most <= total, `${most} bytes were held at most`);
    t.ok(never.seen.length < 10 && byByte.seen.length < 10, "the slow ones were slow");

    isOver = true;
    for (const slow of [never, byByte]) {
      slow.readOn();
      await until(() => seenAndSkipped(slow) === each * TALKERS, "every line was seen, or told to be skipped");
      t.ok(slow.seen.length < each * TALKERS);
    }
    say(people, each, each + 1);
    await until(() => [never, byByte].every((slow) => slow.seen.at(-1)! % 100_000 === each), "they are live again");
    await until(async () => (await readMetric(opsPort, HELD)) === 0, "nothing is held any more");
  },
);

/** Who is there, asked in the middle of everybody's talk. */
async function online(one: Client): Promise<string[]> {
  one.send("/users");
  const line = await one.expect(/^Online users: /);
  return line.slice("Online users: ".length).split(", ");
}

function seenAndSkipped(one: Witness): number {
  const skipped = one.notices.map((line) => Number(SKIPPED.exec(line)?.[1] ?? 0));
  return one.seen.length + skipped.reduce((sum, lines) => sum + lines, 0);
}

t.test("who still reads nothing is closed and told why; the others notice nothing but a leave", async (t) => {
  const patience = ["--outbox-skip-after", "200ms", "--outbox-close-after", "400ms"];
  const chatd = await ChatdProcess.serve(t, ["--database", "memory:", "--ops-port", "0", ...patience]);
  const opsPort = await opsPortOf(chatd);
  const people = await talkers(t, chatd.port);
  const others = await crowd(t, chatd.port, 30);
  let isOver = false;
  const slow = await Witness.login(t, chatd.port, "slow", { appetite: () => (isOver ? EVERYTHING : 1) });
  await until(async () => (await readMetric(opsPort, "chatd_sessions")) === TALKERS + others.length + 1, "all are in");

  const each = 900;
  say(people, 0, each);
  const [one] = people as [Client];
  await until(async () => !(await online(one)).includes("slow"), "its name is free");
  isOver = true;
  slow.readOn();
  await until(() => slow.isEnded, "it is closed");
  t.equal(
    slow.notices.at(-1),
    "Your connection was too slow to receive what was said, closing. Connect again and see /history.",
  );
  t.ok(slow.seen.length < each * TALKERS);

  await until(() => others.every((other) => other.seen.length === each * TALKERS), "all others have every line");
  t.ok(others.every((other) => isComplete(other.seen, each)));
  t.ok(others.every((other) => other.notices.some((line) => line === "[*]: User slow left lobby.")));
  t.equal(await readMetric(opsPort, HELD), 0);
  await Client.login(t, chatd.port, "slow");
});
