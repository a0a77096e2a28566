import { readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import t, { type Test } from "tap";
import type { BanView, StatsView, UserView } from "../../../src/http/admin/views.ts";
import { anOperated } from "../../support/sockets/admin.ts";
import { Client } from "../../support/sockets/client.ts";
import { aDaemon, aFolder } from "../../support/sockets/daemon.ts";
import { until } from "../../support/sockets/until.ts";

/** What the socket answers to any bytes of a body. */
function send(socketPath: string, method: string, path: string, body = ""): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const headers = body === "" ? {} : { "content-type": "application/json" };
    const sent = request({ socketPath, method, path, headers }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

t.test("users are shown with where they are, since when, and in which rooms", async (t) => {
  const { port, admin } = await anOperated(t);
  t.same(await admin.get("/users"), []);
  const before = Date.now();
  const two = await Client.login(t, port, "Two");
  await Client.login(t, port, "one");
  await two.ask("/create_private Den", "/join Den");
  const [first, second] = await admin.get<UserView[]>("/users");
  t.match(first, { name: "Two", address: "127.0.0.1", rooms: ["lobby", "Den"], outboxBytes: 0, lagMs: 0 });
  t.match(second, { name: "one", rooms: ["lobby"] });
  const since = Date.parse(first?.since ?? "");
  t.ok(since >= before - 1 && since <= Date.now(), String(first?.since));
});

t.test("somebody who does not read is seen by what waits for them", async (t) => {
  const limits = { outboxSkipBytes: "0", outboxSkipAfter: "0", outboxCloseBytes: "0", outboxCloseAfter: "0" };
  const { port, admin } = await anOperated(t, limits);
  const slow = await Client.login(t, port, "slow");
  const one = await Client.login(t, port, "one");
  slow.socket.pause();
  await until(async () => {
    await one.ask(...Array.from({ length: 200 }, () => "x".repeat(2000)));
    const users = await admin.get<UserView[]>("/users");
    const view = users.find(({ name }) => name === "slow");
    return view !== undefined && (view.outboxBytes ?? 0) > 0 && (view.lagMs ?? 0) > 0;
  }, "it shows");
});

t.test("stats are true", async (t) => {
  const { port, admin } = await anOperated(t, { dataDir: aFolder(t), database: `sqlite:${aFolder(t)}/chatd.db` });
  await Client.login(t, port, "one");
  await Client.connect(t, port);
  await until(async () => (await admin.get<StatsView>("/stats")).connections === 2, "both are counted");
  const stats = await admin.get<StatsView>("/stats");
  t.match(stats, { version: "test", runtime: process.version, node: null, pid: process.pid, isDraining: false });
  t.match(stats, { sessions: 1, rooms: 1, pendingLines: 0, outboxBytes: 0 });
  t.ok(stats.memoryBytes > 1e6 && (stats.databaseBytes ?? 0) > 4096 && (stats.freeBytes ?? 0) > 0);
});

t.test("in memory there is no database to measure", async (t) => {
  const { admin } = await anOperated(t);
  t.match(await admin.get<StatsView>("/stats"), { databaseBytes: null, freeBytes: null });
});

t.test("who is kicked is told why, and may come back", async (t) => {
  const { port, admin } = await anOperated(t);
  const one = await Client.login(t, port, "One");
  t.same(await admin.post("/kick", { name: "oNE", reason: "too \u001b[31mloud\u0007" }), {
    name: "One",
    wasAway: false,
  });
  await one.expect("[*]: The operator closed your connection: too loud");
  await one.ended();
  await until(async () => (await admin.get<UserView[]>("/users")).length === 0, "the name is free");
  const again = await Client.login(t, port, "One");
  await admin.post("/kick", { name: "one", reason: "" });
  await again.expect("[*]: The operator closed your connection.");
  await t.rejects(admin.post("/kick", { name: "nobody", reason: "" }), {
    message: `There is no user "nobody" online or away. chatd admin users lists who is.`,
  });
});

t.test("whoever is away has no session to come back to after a kick, or a ban on their name or address", async (t) => {
  const { port, admin } = await anOperated(t, { grace: "10m" });
  /** Somebody loses the connection. Resolves when they are away. */
  const loses = async (name: string): Promise<void> => {
    const client = await Client.login(t, port, name);
    await client.ask("/leave lobby");
    client.socket.resetAndDestroy();
    const isAway = async (): Promise<boolean> =>
      (await admin.get<UserView[]>("/users")).some((user) => user.name === name && user.awayUntil !== null);
    await until(isAway, "they have left");
  };
  await loses("one");
  t.match(await admin.get("/users"), [{ name: "one", address: "127.0.0.1", rooms: [], node: null, lagMs: null }]);
  t.same(await admin.post("/kick", { name: "one", reason: "" }), { name: "one", wasAway: true });
  await t.rejects(admin.post("/kick", { name: "one", reason: "" }), { message: /^There is no user "one"/ });
  await loses("one");
  await loses("two");
  const reason = { duration: null, reason: "" };
  t.match(await admin.post("/ban", { subject: "ONE", ...reason }), { closed: 0, ended: 1 });
  t.match(await admin.post("/ban", { subject: "192.0.2.1", ...reason }), { closed: 0, ended: 0 });
  t.match(await admin.post("/ban", { subject: "127.0.0.1", ...reason }), { closed: 0, ended: 1 });
});

t.test("a ban on an address closes who is there, named or not, and keeps them out", async (t) => {
  const { port, admin } = await anOperated(t);
  const one = await Client.login(t, port, "one");
  const nameless = await Client.connect(t, port);
  await nameless.expect("Login:");
  const banned = await admin.post<BanView & { closed: number }>("/ban", {
    subject: "::ffff:127.1.2.3/104",
    duration: null,
    reason: "enough",
  });
  t.match(banned, { subject: "127.0.0.0/8", until: null, reason: "enough", closed: 2 });
  for (const client of [one, nameless]) await client.expect("[*]: Your address is banned here: enough");
  for (const client of [one, nameless]) await client.ended();
  await (await Client.connect(t, port)).expect("Your address is banned here: enough");
  t.same(await admin.post("/unban", { subject: "127.9.9.9/8" }), { subject: "127.0.0.0/8" });
  await Client.login(t, port, "one");
});

t.test("a ban on an IPv6 address is on its /64, says so, and is lifted by any address of it", async (t) => {
  const { admin } = await anOperated(t);
  const network = "2001:db8:1:2::/64";
  const ban = await admin.post<BanView>("/ban", { subject: "2001:db8:1:2::1", duration: null, reason: "" });
  t.equal(ban.subject, network);
  t.match(await admin.get("/bans"), [{ subject: network }]);
  t.same(await admin.post("/unban", { subject: "2001:db8:1:2::7" }), { subject: network });
  t.same(await admin.get("/bans"), []);
});

t.test("a ban on a name closes its session, and nobody comes in under it while it lasts", async (t) => {
  const { port, admin } = await anOperated(t);
  const troll = await Client.login(t, port, "Troll");
  const other = await Client.login(t, port, "other");
  const { until: end, closed } = await admin.post<BanView & { closed: number }>("/ban", {
    subject: "TROLL",
    duration: "12h",
    reason: "",
  });
  t.equal(closed, 1);
  const hours = (Date.parse(end ?? "") - Date.now()) / 3_600_000;
  t.ok(hours > 11.9 && hours <= 12);
  await troll.expect("[*]: This name is banned here.");
  await troll.ended();
  const again = await Client.connect(t, port);
  again.send("trOLL");
  await again.expect("This name is banned here.");
  await again.logIn("traveller");
  t.same(await other.ask("/users"), ["Online users: other, traveller"]);
});

t.test("bans are shown, and kept over a restart", async (t) => {
  const database = `sqlite:${join(aFolder(t), "chatd.db")}`;
  const first = await anOperated(t, { database });
  await first.admin.post("/ban", { subject: "192.0.2.1", duration: null, reason: "noise" });
  await first.admin.post("/ban", { subject: "troll", duration: "200ms", reason: "" });
  t.equal((await first.admin.get<BanView[]>("/bans")).length, 2);
  await until(async () => (await first.admin.get<BanView[]>("/bans")).length === 1, "one is over");
  await first.daemon.stop(0);
  const next = await anOperated(t, { database });
  const [ban, ...others] = await next.admin.get<BanView[]>("/bans");
  t.match(ban, { subject: "192.0.2.1", until: null, reason: "noise", by: String });
  t.same(others, []);
});

t.test("a file with bans that end too far away to be read is opened, and they hold", async (t) => {
  const path = join(aFolder(t), "chatd.db");
  const first = await anOperated(t, { database: `sqlite:${path}` });
  const one = await Client.login(t, first.port, "one");
  await one.ask("/create Planes", "/join Planes", "/ban troll 1h");
  await first.daemon.stop(0);
  {
    using db = new DatabaseSync(path);
    const insert = db.prepare("insert into bans (subject, until, reason, author, at) values (?, ?, '', 'root', 1)");
    insert.run("192.0.2.1", 10_435_275_310_087_000n);
    insert.run("troll", 2n ** 63n - 1n);
    const huge = db.prepare("update streams set rights = json_replace(rights, '$.bans[0].until', 8.64e22)").run();
    t.ok(Number(huge.changes) > 0);
  }
  const next = await anOperated(t, { database: `sqlite:${path}` });
  t.match(await next.admin.get<BanView[]>("/bans"), [
    { subject: "192.0.2.1", until: null },
    { subject: "troll", until: null },
  ]);
  const troll = await Client.connect(t, next.port);
  troll.send("troll");
  await troll.expect("This name is banned here.");
  await next.admin.post("/unban", { subject: "troll" });
  const freed = await Client.login(t, next.port, "troll");
  t.same(await freed.ask("/join Planes"), ["You are banned from this room. Its owner can lift that with /unban."]);
});

t.test("what is nobody, no time, or not banned is refused", async (t) => {
  const { admin } = await anOperated(t);
  const ban = (subject: string, duration: string | null) => admin.post("/ban", { subject, duration, reason: "" });
  await t.rejects(ban("10.0.0.0/33", null), {
    message: "10.0.0.0/33 is not an address, a range such as 10.0.0.0/8 or a name.",
  });
  for (const time of ["soon", "0", "-1h"]) {
    await t.rejects(ban("troll", time), { message: `${time} is not a time such as 10m, 12h or 7d.` });
  }
  await t.rejects(ban("troll", "36500.001d"), {
    message: "36500.001d is too long: a ban lasts up to 36500d. Leave the time out to ban until unban.",
  });
  t.same(await admin.get("/bans"), []);
  t.match(await ban("troll", "36500d"), { subject: "troll", until: /^21\d\d-/ });
  await admin.post("/unban", { subject: "troll" });
  await t.rejects(admin.post("/unban", { subject: "troll" }), {
    message: "troll is not banned. chatd admin bans shows who is.",
  });
});

t.test("everybody is told once, and that it is the operator who says it", async (t) => {
  const { port, admin } = await anOperated(t);
  const [one, two] = [await Client.login(t, port, "one"), await Client.login(t, port, "two")];
  await one.settle();
  t.same(await admin.post("/broadcast", { text: " back in\u0007 5\r\nminutes " }), { sessions: 2 });
  for (const client of [one, two]) t.same(await client.settle(), ["[operator]: back in 5 minutes"]);
  for (const text of ["", "\u0007 ", "\u2800\u200d"]) {
    await t.rejects(admin.post("/broadcast", { text }), { message: "There is no text to send.", code: "empty-text" });
  }
});

t.test("draining tells and closes those who are in, lets nobody in, and the server still answers", async (t) => {
  const { port, admin, daemon } = await anOperated(t, { drain: "0", opsPort: "0" });
  const one = await Client.login(t, port, "one");
  const ready = async (): Promise<number> => (await fetch(`http://127.0.0.1:${daemon.opsPort}/readyz`)).status;
  t.equal(await ready(), 200);
  t.same(await admin.post("/drain", {}), { connections: 1, overMs: 0 });
  await one.expect("[*]: This server is shutting down. Please connect again.");
  await one.ended();
  t.equal(await ready(), 503);
  const two = await Client.connect(t, port);
  await two.expect("[*]: This server is shutting down. Please connect again.");
  await two.ended();
  t.match(await admin.get("/stats"), { isDraining: true, sessions: 0 });
  await daemon.stop(0);
});

t.test("a backup is a database with all that was said, and progress is told", async (t) => {
  const { port, admin } = await anOperated(t, { database: `sqlite:${join(aFolder(t), "chatd.db")}` });
  const one = await Client.login(t, port, "one");
  await one.ask("first", "second");
  const folder = aFolder(t);
  const path = join(folder, "copy.db");
  const lines: object[] = [];
  for await (const line of admin.watch<object>("/backup", { path })) lines.push(line);
  t.same(lines.slice(-2), [{ done: 1 }, { path }], "after each second that it took");
  t.same(readdirSync(folder), ["copy.db"]);
  await one.ask("third");
  const copy = await aDaemon(t, { database: `sqlite:${path}` });
  const two = await Client.login(t, copy.port, "two");
  const history = await two.ask("/history");
  t.equal(history.length, 3);
  t.match(history.join(), /first.*second/);
});

t.test("a backup that cannot be written says why, and leaves nothing", async (t) => {
  const { admin } = await anOperated(t);
  const folder = aFolder(t);
  const tell = async (path: string): Promise<{ error?: string }> => {
    const lines: { error?: string }[] = [];
    for await (const line of admin.watch<{ error?: string }>("/backup", { path })) lines.push(line);
    return lines.at(-1) ?? {};
  };
  const path = join(folder, "copy.db");
  t.same(await tell(path), { path });
  t.match(await tell(path), {
    error: `${path} already exists. Choose another name for the backup.`,
    code: "not-backed-up",
  });
  const nowhere = join(folder, "nowhere", "copy.db");
  t.equal((await tell(nowhere)).error, `cannot write the backup to ${nowhere}: its folder does not exist.`);
  await t.rejects(tell("copy.db"), { message: "This request cannot be understood." });
});

t.test("how much is logged can be changed", async (t) => {
  const { admin } = await anOperated(t);
  t.same(await admin.post("/log-level", { level: "debug" }), { level: "debug" });
  await t.rejects(admin.post("/log-level", { level: "loud" }), { message: "This request cannot be understood." });
});

async function aSocket(t: Test): Promise<string> {
  return (await anOperated(t)).socket;
}

t.test("what is no request of ours is refused, and changes nothing", async (t) => {
  const socket = await aSocket(t);
  const bad = { status: 400, body: { error: "This request cannot be understood.", code: "bad-request" } };
  const kick = { name: "one", reason: "", by: "root" };
  t.same(await send(socket, "POST", "/kick", "{"), bad);
  t.same(await send(socket, "POST", "/kick", JSON.stringify({ ...kick, more: 1 })), bad);
  t.same(await send(socket, "POST", "/kick", JSON.stringify({ ...kick, name: 1 })), bad);
  t.same(await send(socket, "POST", "/kick", JSON.stringify({ name: "one", reason: "" })), bad, "nobody did it");
  t.same(await send(socket, "POST", "/kick", JSON.stringify({ ...kick, reason: "x".repeat(2001) })), bad);
  const nothing = { error: "There is nothing here. chatd admin --help shows what there is.", code: "not-found" };
  t.same(await send(socket, "GET", "/nowhere"), { status: 404, body: nothing });
  t.same(await send(socket, "GET", "/kick"), { status: 404, body: nothing });
});
