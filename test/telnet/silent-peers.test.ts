import t, { type Test } from "tap";
import { Client } from "../support/sockets/client.ts";
import { aDoor, type TestDoor } from "../support/sockets/door.ts";
import { FakeClock } from "../support/world/fake-clock.ts";
import { until } from "../support/sockets/until.ts";

const SPEAKS = Buffer.from("fffb1f", "hex");
const DO_TIMING_MARK = Buffer.from("fffd06", "hex");
const KEEPALIVE_MS = 60_000;

interface Silence {
  readonly time: FakeClock;
  readonly door: TestDoor;
}

async function aSilence(t: Test): Promise<Silence> {
  const time = new FakeClock();
  const door = await aDoor(t, time.timers);
  door.settings = { ...door.settings, keepaliveMs: KEEPALIVE_MS };
  return { time, door };
}

/** Somebody who has spoken telnet, logged in as one, and was silent until they are asked. */
async function anAskedPeer(t: Test, { time, door }: Silence): Promise<Client> {
  const one = await Client.connect(t, door.port);
  one.socket.write(SPEAKS);
  one.send("one");
  await one.expect(/Welcome, one\.$/);
  await time.pass(KEEPALIVE_MS - 1);
  t.notOk(one.raw.includes(DO_TIMING_MARK), "not before its time");
  await time.pass(1);
  await one.until(() => one.raw.includes(DO_TIMING_MARK), "a timing mark");
  return one;
}

t.test("a silent telnet peer is asked, closed when it does not answer, and its name is free", async (t) => {
  const silence = await aSilence(t);
  const { time, door } = silence;
  const one = await anAskedPeer(t, silence);
  t.same(door.telemetry.closes, []);
  await time.pass(10_000);
  await one.ended();
  one.close();
  await until(() => door.telemetry.closes.length === 1, "it is noted");
  t.same(door.telemetry.closes, ["no-answer"]);
  await Client.login(t, door.port, "one");
});

t.test("one that answers stays", async (t) => {
  const silence = await aSilence(t);
  const { time, door } = silence;
  const one = await anAskedPeer(t, silence);
  one.socket.write(Buffer.from("fffb06", "hex"));
  one.send("/nick");
  await one.expect(/To change your name/);
  await time.pass(10_000);
  one.send("/nick");
  await one.expect(/To change your name/);
  t.same(door.telemetry.closes, []);
});

t.test("a peer that has sent no telnet is never sent any, however silent it is", async (t) => {
  const { time, door } = await aSilence(t);
  const one = await Client.login(t, door.port, "one");
  await time.pass(1_000_000);
  t.same(await one.ask("/nick"), ["To change your name, /quit and log in with the new one."]);
  t.notOk(one.raw.includes(0xff));
});
