import t from "tap";
import type { MessageView, RoomDetailsView, RoomsView } from "../../../src/http/admin/room-views.ts";
import { anOperated } from "../../support/sockets/admin.ts";
import { Client } from "../../support/sockets/client.ts";
import { until } from "../../support/sockets/until.ts";

t.test("rooms are shown, private ones too, with who owns them and when something was last said", async (t) => {
  const { port, admin } = await anOperated(t);
  const one = await Client.login(t, port, "one");
  await Client.login(t, port, "two");
  const before = Date.now();
  await one.ask("/create_private Den", "/join Den", "/topic our den", "a", "b");
  const { rooms, count } = await admin.get<RoomsView>("/rooms");
  t.match(rooms, [
    { name: "lobby", isPrivate: false, owner: null, members: 2, messages: 0, topic: "" },
    { name: "Den", isPrivate: true, owner: "one", members: 1, messages: 2, topic: "our den" },
  ]);
  t.equal(count, 2);
  const last = Date.parse(rooms[1]?.lastAt ?? "");
  t.ok(last >= before - 1 && last <= Date.now(), String(rooms[1]?.lastAt));
});

t.test("no answer has more rooms than were asked for, and it counts the others", async (t) => {
  const { port, admin } = await anOperated(t);
  const one = await Client.login(t, port, "one");
  await one.ask("/create b", "/create a", "/create c");
  const { rooms, count } = await admin.get<RoomsView>("/rooms?limit=2");
  t.same(
    rooms.map(({ name }) => name),
    ["lobby", "a"],
  );
  t.equal(count, 4);
  for (const limit of ["0", "-1", "x", "10000"]) {
    await t.rejects(admin.get(`/rooms?limit=${limit}`), { code: "bad-request" }, limit);
  }
});

t.test("a room is shown with its people, operators and bans", async (t) => {
  const { port, admin } = await anOperated(t);
  const one = await Client.login(t, port, "one");
  await one.ask("/create_private Den", "/join Den", "/topic our den", "hi");
  for (const name of ["three", "two"]) {
    const guest = await Client.login(t, port, name);
    await one.ask(`/invite ${name}`);
    await guest.ask("/join Den");
  }
  await one.ask("/op two", "/ban Troll 1h", "/ban mallory");
  const den = await admin.get<RoomDetailsView>("/rooms/DEN");
  t.match(den, { name: "Den", isPrivate: true, owner: "one", members: 3, messages: 1, topic: "our den" });
  t.same(den.people, ["one", "three", "two"]);
  t.same(den.operators, ["two"]);
  t.match(den.bans, [
    { name: "Troll", until: /^20\d\d-/ },
    { name: "mallory", until: null },
  ]);
  const hours = (Date.parse(den.bans[0]?.until ?? "") - Date.now()) / 3_600_000;
  t.ok(hours > 0.9 && hours <= 1);
});

t.test("who is away and owns or operates a room is shown, until when they may come back", async (t) => {
  const { port, admin } = await anOperated(t, { grace: "10m" });
  const one = await Client.login(t, port, "one");
  await one.ask("/create_private Den", "/join Den");
  for (const name of ["two", "three"]) {
    const guest = await Client.login(t, port, name);
    await one.ask(`/invite ${name}`);
    await guest.ask("/join Den");
    if (name === "three") continue;
    await one.ask("/op two");
    guest.socket.resetAndDestroy();
  }
  one.socket.resetAndDestroy();
  const read = () => admin.get<RoomDetailsView>("/rooms/Den");
  const TIME = /^20\d\d-/;
  await until(async () => (await read()).away === 2, "both are away");
  t.match(await read(), {
    owner: "one",
    ownerAwayUntil: TIME,
    operators: [],
    operatorsAway: [{ name: "two", until: TIME }],
    members: 1,
    people: ["three"],
  });
  const { rooms } = await admin.get<RoomsView>("/rooms");
  t.match(
    rooms.find(({ name }) => name === "Den"),
    { owner: "one", ownerAwayUntil: TIME },
  );
});

t.test("the last lines of a room are shown as they were said", async (t) => {
  const { port, admin } = await anOperated(t);
  const one = await Client.login(t, port, "one");
  t.same(await admin.post("/rooms/lobby/history", { messages: 10 }), []);
  await one.ask("a", "b", "/me waves");
  const messages = await admin.post<MessageView[]>("/rooms/lobby/history", { messages: 2 });
  t.match(messages, [
    { seq: 2, author: "one", kind: "said", text: "b" },
    { seq: 3, author: "one", kind: "act", text: "waves" },
  ]);
  t.ok(Math.abs(Date.parse(messages[0]?.at ?? "") - Date.now()) < 60_000);
  for (const count of [0, 1001, 1.5, "2"]) {
    await t.rejects(admin.post("/rooms/lobby/history", { messages: count }), { code: "bad-request" }, String(count));
  }
});

t.test("something is said in a room as one clean line", async (t) => {
  const { port, admin } = await anOperated(t);
  const one = await Client.login(t, port, "one");
  t.same(await admin.post("/rooms/Lobby/say", { text: " be\u0007 kind\r\nto all " }), { name: "lobby" });
  t.same(await one.settle(), ["[operator]: be kind to all"]);
  for (const text of ["", " ", "\u2800\u200d"]) {
    const refused = { message: "There is no text to send.", code: "empty-text" };
    await t.rejects(admin.post("/rooms/lobby/say", { text }), refused);
  }
});

t.test("a topic is set as one clean line, and removed", async (t) => {
  const { port, admin } = await anOperated(t);
  const one = await Client.login(t, port, "one");
  await one.settle();
  const topic = (text: string) => admin.post("/rooms/Lobby/topic", { text });
  t.same(await topic(" be\u0007 kind\r\nto all "), { name: "lobby", topic: "be kind to all" });
  t.same(await one.settle(), ["[*]: The operator set the topic of lobby: be kind to all"]);
  t.same(await topic("-"), { name: "lobby", topic: "" });
  t.same(await one.settle(), ["[*]: The operator removed the topic of lobby."]);
  for (const text of ["", " ", "\u2800\u200d"]) {
    await t.rejects(topic(text), {
      message: "There is no topic in that text. - removes the topic.",
      code: "empty-text",
    });
  }
  t.match(await admin.get("/rooms/lobby"), { topic: "" });
});

t.test("a room is given to somebody who is in it, and ended", async (t) => {
  const { port, admin } = await anOperated(t);
  const [one, two] = [await Client.login(t, port, "one"), await Client.login(t, port, "Two")];
  await one.ask("/create Planes", "/join Planes", "hi");
  await two.ask("/join Planes");
  t.same(await admin.post("/rooms/planes/owner", { name: "tWO" }), { name: "Planes", owner: "Two" });
  await one.expect("[*]: The operator made user Two the owner of Planes.");
  t.match(await admin.get("/rooms/Planes"), { owner: "Two" });
  t.same(await admin.post("/rooms/planes/end", {}), { name: "Planes" });
  for (const client of [one, two]) await client.expect("[*]: The operator destroyed room Planes.");
  await t.rejects(admin.get("/rooms/Planes"), { code: "no-such-room" });
});

t.test("a ban in a room is lifted, also of somebody who is not online", async (t) => {
  const { port, admin } = await anOperated(t);
  const one = await Client.login(t, port, "one");
  await one.ask("/create Planes", "/join Planes", "/ban Troll 1h");
  t.same(await admin.post("/rooms/planes/unban", { name: "@tROLL" }), { name: "Planes", unbanned: "Troll" });
  await one.expect("[*]: The operator lifted the ban on Troll in Planes.");
  t.same((await admin.get<RoomDetailsView>("/rooms/Planes")).bans, []);
  for (const name of ["Troll", "no name"]) {
    await t.rejects(admin.post("/rooms/Planes/unban", { name }), {
      message: `${name} is not banned from Planes. chatd admin room show Planes lists who is.`,
      code: "not-banned",
    });
  }
});

t.test("what cannot be done to a room is refused with what to do, and a code", async (t) => {
  const { port, admin } = await anOperated(t);
  const one = await Client.login(t, port, "one");
  await Client.login(t, port, "two");
  await one.ask("/create Planes", "/join Planes");
  for (const [name, shown = name] of [["Nowhere"], ["no room"], [".."], ["\u001b[31mred", "red"]] as const) {
    const path = `/rooms/${encodeURIComponent(name)}`;
    const message = `There is no room "${shown}". chatd admin room list shows the rooms.`;
    const answer = { message, code: "no-such-room" };
    await t.rejects(admin.get(path), answer);
    await t.rejects(admin.post(`${path}/history`, { messages: 1 }), answer);
    await t.rejects(admin.post(`${path}/say`, { text: "hi" }), answer);
    await t.rejects(admin.post(`${path}/topic`, { text: "hi" }), answer);
    await t.rejects(admin.post(`${path}/owner`, { name: "one" }), answer);
    await t.rejects(admin.post(`${path}/unban`, { name: "one" }), answer);
    await t.rejects(admin.post(`${path}/end`, {}), answer);
  }
  for (const name of ["two", "nobody", "no body"]) {
    await t.rejects(admin.post("/rooms/Planes/owner", { name }), {
      message: `There is no user "${name}" in Planes. chatd admin room show Planes lists who is.`,
      code: "not-there",
    });
  }
  await t.rejects(admin.post("/rooms/Planes/owner", { name: "one" }), {
    message: "one already owns Planes.",
    code: "owner-stays",
  });
  await t.rejects(admin.post("/rooms/lobby/owner", { name: "one" }), {
    message: "lobby is the lobby, which nobody owns.",
    code: "not-owner",
  });
  await t.rejects(admin.post("/rooms/lobby/end", {}), {
    message: "lobby is the lobby, which does not end.",
    code: "not-destroyable",
  });
});
