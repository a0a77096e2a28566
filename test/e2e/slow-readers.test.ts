import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { Client } from "../support/sockets/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { opsPortOf, readMetric } from "../support/sockets/ops.ts";
import { ChatdProcess } from "../support/processes/process.ts";
import { until } from "../support/sockets/until.ts";
import { talk, Witness } from "../support/processes/witness.ts";

const TALKERS = 4;
/** Said by each before the others have to have read it, some 200 KB together: so much is in nobody's way. */
const AT_ONCE = 25;
/** More lines of 2 KB than any kernel keeps for somebody who reads nothing; most keep 4 MB. */
const MOST_LINES = 10_000;
const HELD = "chatd_outbox_bytes";
const SKIPPED = /^\[\*\]: (\d+) lines? (?:was|were) skipped because your connection was too slow\. See \/history\.$/;
const EVERYTHING = 65536;

class Crowd {
  readonly chatd: ChatdProcess & { readonly port: number };
  readonly opsPort: number;
  readonly talkers: Client[] = [];
  readonly others: Witness[] = [];
  /** The most bytes that the daemon was seen to hold. */
  most = 0;
  #said = 0;

  constructor(chatd: ChatdProcess & { readonly port: number }, opsPort: number) {
    this.chatd = chatd;
    this.opsPort = opsPort;
  }

  static async gather(t: Test, size: number, args: readonly string[]): Promise<Crowd> {
    const chatd = await ChatdProcess.serve(t, ["--database", "memory:", "--ops-port", "0", ...args]);
    const crowd = new Crowd(chatd, await opsPortOf(chatd));
    for (let i = 0; i < TALKERS; i++) crowd.talkers.push(await Client.login(t, chatd.port, `t${i}`));
    for (let i = 0; i < size; i++) crowd.others.push(await Witness.login(t, chatd.port, `w${i}`));
    return crowd;
  }

  metric(name: string): Promise<number> {
    return readMetric(this.opsPort, name);
  }

  /** How many lines were said so far. */
  get said(): number {
    return this.#said * TALKERS;
  }

  /** Each talker says some lines; returns when everybody but the slow ones has read them. */
  async talks(meanwhile: () => void = () => {}): Promise<void> {
    const numbers = Array.from({ length: AT_ONCE }, (_, i) => this.#said + i);
    for (const one of this.talkers) one.send(...numbers.map(talk));
    this.#said += AT_ONCE;
    await until(async () => {
      meanwhile();
      this.most = Math.max(this.most, await this.metric(HELD));
      return this.others.every((one) => one.seen.length >= this.said);
    }, `all others have ${this.said} lines`);
  }

  /** They talk until lines wait for the slow ones, and then for a while. */
  async talksALot(meanwhile?: () => void): Promise<void> {
    while (this.most === 0 && this.said < MOST_LINES) await this.talks(meanwhile);
    for (let i = 0; i < 10; i++) await this.talks(meanwhile);
  }

  /** The daemon reads its settings again. */
  async readsSettings(): Promise<void> {
    const times = (): number => this.chatd.stderr.split("Settings reloaded").length;
    const before = times();
    this.chatd.child.kill("SIGHUP");
    await until(() => times() > before, "the settings are read");
  }

  /** Whether everybody but the slow ones has seen each line once, each talker's in his order, and all the same order. */
  hasSeenAll(): boolean {
    const [first] = this.others;
    const next = Array.from({ length: TALKERS }, () => 0);
    for (const one of first?.seen ?? []) {
      const talker = Math.floor(one / 100_000);
      if (next[talker] !== one % 100_000) return false;
      next[talker] += 1;
    }
    const all = String(first?.seen);
    return next.every((count) => count === this.#said) && this.others.every((one) => String(one.seen) === all);
  }
}

/** How many lines somebody was told to have been skipped past. */
function skippedLines(one: Witness): number {
  return one.notices.map((line) => Number(SKIPPED.exec(line)?.[1] ?? 0)).reduce((sum, lines) => sum + lines, 0);
}

t.test("who reads nothing, or a byte at a time, is skipped past lines; hundreds get every line", async (t) => {
  const total = 512 * 1024;
  const bounds = ["--outbox-skip-bytes", "262144", "--outbox-total", String(total)];
  const patience = ["--outbox-skip-after", "0", "--outbox-close-after", "0"];
  const crowd = await Crowd.gather(t, 200, [...bounds, ...patience]);
  let isOver = false;
  const appetite = (): number => (isOver ? EVERYTHING : 1);
  const never = await Witness.login(t, crowd.chatd.port, "never", { appetite });
  const byByte = await Witness.login(t, crowd.chatd.port, "by_byte", { appetite });
  await until(async () => (await crowd.metric("chatd_sessions")) === TALKERS + 200 + 2, "all are in");

  await crowd.talksALot(() => byByte.readOn());
  t.ok(crowd.hasSeenAll());
  t.ok(crowd.most > 0 && crowd.most <= total, `${crowd.most} bytes were held at most`);
  t.same([never.seen, byByte.seen], [[], []], "the slow ones were slow");

  isOver = true;
  for (const slow of [never, byByte]) {
    slow.readOn();
    await until(() => slow.seen.length + skippedLines(slow) >= crowd.said, "it has seen, or was told, every line");
    const joins = slow.seen.length + skippedLines(slow) - crowd.said;
    t.ok(joins <= 2, `${joins} of the lines skipped told of joins`);
    t.ok(skippedLines(slow) > 0);
  }
  await crowd.talks();
  await until(() => [never, byByte].every((slow) => slow.seen.at(-1) === crowd.others[0]?.seen.at(-1)), "all are live");
  await until(async () => (await crowd.metric(HELD)) === 0, "nothing is held any more");
});

t.test("who still reads nothing is closed and told why; the others only see a leave", async (t) => {
  const file = join(aFolder(t), "chatd.toml");
  const settings = (closeAfter: string): void =>
    writeFileSync(file, `outbox-skip-after = "0"\noutbox-close-after = "${closeAfter}"\n`);
  settings("0");
  const crowd = await Crowd.gather(t, 30, ["--config", file]);
  let isOver = false;
  const slow = await Witness.login(t, crowd.chatd.port, "slow", { appetite: () => (isOver ? EVERYTHING : 1) });
  await until(async () => (await crowd.metric("chatd_sessions")) === TALKERS + 30 + 1, "all are in");
  await crowd.talksALot();
  t.ok(crowd.most > 0);

  // From now on nobody else is slow, so however short the patience is, it ends for one only.
  settings("1ms");
  await crowd.readsSettings();
  const [one] = crowd.talkers as [Client];
  await until(async () => !(await one.ask("/users")).join().includes("slow"), "its name is free");
  isOver = true;
  slow.readOn();
  await until(() => slow.isEnded, "it is closed");
  t.equal(
    slow.notices.at(-1),
    "Your connection was too slow to receive what was said, disconnecting. Connect again and see /history.",
  );
  t.ok(slow.seen.length < crowd.said);

  const left = "[*]: User slow left lobby.";
  await until(() => crowd.others.every((other) => other.notices.includes(left)), "all others are told");
  settings("0");
  await crowd.readsSettings();
  await crowd.talks();
  t.ok(crowd.hasSeenAll());
  await until(async () => (await crowd.metric(HELD)) === 0, "nothing is held any more");
  await Client.login(t, crowd.chatd.port, "slow");
});
