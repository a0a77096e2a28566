import t from "tap";
import { Client } from "../support/sockets/client.ts";
import { aDoor } from "../support/sockets/door.ts";
import { until } from "../support/sockets/until.ts";

const LINES_WAITING = 20;

function someLines(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `line ${i} ${"x".repeat(100)}`);
}

t.test(
  "at most 20 lines of a session wait to be stored; then its socket is not read, and nothing is lost",
  async (t) => {
    const door = await aDoor(t);
    const two = await Client.login(t, door.port, "two");
    const one = await Client.login(t, door.port, "one");
    const release = door.store.hold("append");
    const lines = someLines(5000);
    one.send(...lines);
    const session = door.session("one");
    await until(() => session.linesWaiting === LINES_WAITING, "20 lines wait");

    const [, socket] = door.sockets;
    const bytesRead = socket?.bytesRead ?? 0;
    await two.ask("/users", "/rooms");
    t.equal(session.linesWaiting, LINES_WAITING);
    t.ok(socket?.isPaused());
    t.equal(socket?.bytesRead, bytesRead, "what came meanwhile was not read");
    t.ok(bytesRead < lines.join("\r\n").length / 4);

    release();
    await two.expect(`[one]: ${lines.at(-1)}`);
    t.same(
      two.lines.filter((line) => line.startsWith("[one]: ")),
      lines.map((line) => `[one]: ${line}`),
    );
  },
);

t.test("the lines of others are read while one's lines wait", async (t) => {
  const door = await aDoor(t);
  const [one, two] = [await Client.login(t, door.port, "one"), await Client.login(t, door.port, "two")];
  const release = door.store.hold("append");
  one.send(...someLines(100));
  two.send("from two");
  await until(() => door.session("two").linesWaiting === 1, "the line of two waits too");
  t.equal(door.session("one").linesWaiting, LINES_WAITING);
  release();
  await one.expect("[two]: from two");
});

t.test("a command is done after the lines that its session said before", async (t) => {
  const door = await aDoor(t);
  const [one, two] = [await Client.login(t, door.port, "one"), await Client.login(t, door.port, "two")];
  const release = door.store.hold("append");
  one.send("first", "second", "/whisper two third", "fourth");
  await until(() => door.session("one").linesWaiting === 2, "two lines wait");
  t.same(await two.ask("/users"), ["Online users: one, two"], "the whisper waits with them");
  release();
  await two.expect("[one]: fourth");
  t.same(
    two.lines.filter((line) => line.includes("one]: ") || line.startsWith("<<one>>")),
    ["[one]: first", "[one]: second", "<<one>>: third", "[one]: fourth"],
  );
});

t.test("leaving comes after the lines that were said before", async (t) => {
  const door = await aDoor(t);
  const [one, two] = [await Client.login(t, door.port, "one"), await Client.login(t, door.port, "two")];
  const release = door.store.hold("append");
  one.send("first", "second", "/quit");
  await until(() => door.session("one").linesWaiting === 2, "two lines wait");
  await two.settle();
  t.notOk(one.isEnded);
  release();
  await one.expect("Bye.");
  await one.ended();
  t.same(
    [await two.expect(/one/), await two.expect(/one/), await two.expect(/one/)],
    ["[one]: first", "[one]: second", "[*]: User one left lobby."],
  );
});

t.test("what a person said before the connection broke is stored and shown, and then the name is free", async (t) => {
  const door = await aDoor(t);
  const [two, one] = [await Client.login(t, door.port, "two"), await Client.login(t, door.port, "one")];
  const release = door.store.hold("append");
  one.send("last words");
  await until(() => door.session("one").linesWaiting === 1, "the line waits");
  one.socket.resetAndDestroy();
  await until(() => door.sockets[1]?.destroyed === true, "the server knows that the connection is gone");
  t.same(await two.ask("/users"), ["Online users: one, two"], "the session ends after its lines");
  release();
  await two.expect("[one]: last words");
  await two.expect("[*]: User one left lobby.");
  t.same(await two.ask("/users"), ["Online users: two"]);
  t.same(door.telemetry.failures, []);
});

t.test(
  "a peer that has finished sending gets all replies, though its lines had to wait, and then the end",
  async (t) => {
    const door = await aDoor(t);
    const one = await Client.login(t, door.port, "one");
    const release = door.store.hold("append");
    one.send("hi", "/users", "/rooms");
    one.socket.end();
    await until(() => door.session("one").linesWaiting === 1, "the line waits");
    t.notOk(one.isEnded);
    release();
    await one.ended();
    t.same(one.lines.slice(-3), [
      "Nobody else is in lobby. Your line is kept for whoever joins later.",
      "Online users: one",
      "Rooms: lobby (1, current)",
    ]);
  },
);

t.test("who asks for more than it reads is not read any more, and gets every answer when it reads", async (t) => {
  const door = await aDoor(t);
  const one = await Client.login(t, door.port, "one");
  let questions = 0;
  const answer = (await one.ask("/help")).join("\r\n").length;
  one.socket.pause();
  const [socket] = door.sockets;
  let most = 0;
  const look = (): void => {
    most = Math.max(most, (socket?.writableLength ?? 0) + door.pool.heldBytes);
  };
  const isWaiting = (): boolean => {
    look();
    return socket?.isPaused() === true && socket.writableLength > 0;
  };
  // The kernel takes some megabytes of answers before anything waits.
  for (let bytes = 0; !isWaiting() && questions < 100_000; bytes = socket?.bytesRead ?? 0) {
    one.send(...Array.from({ length: 1000 }, () => "/help"));
    questions += 1000;
    await until(() => isWaiting() || (socket?.bytesRead ?? 0) > bytes, "the server reads");
  }
  t.ok(isWaiting());
  one.socket.resume();
  await one.until(() => {
    look();
    return one.lines.filter((line) => line === "Available commands:").length === questions + 1;
  }, "every answer");
  t.ok(most < 4 * 64 * 1024 + answer, `${most} bytes were held at most`);
  await one.settle();
  await until(() => door.pool.heldBytes === 0, "nothing waits");
});
