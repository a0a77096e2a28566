import t from "tap";
import { Postgres } from "../../tools/postgres.ts";
import type { MessageView, RoomDetailsView, RoomsView } from "../../src/http/admin/room-views.ts";
import type { StatsView, UserView } from "../../src/http/admin/views.ts";
import { Cluster } from "../support/processes/cluster.ts";
import { withParts } from "../../tools/parts.ts";
import { postgresPart } from "../support/processes/postgres.ts";
import { until } from "../support/sockets/until.ts";
import { Voice } from "../support/processes/voice.ts";

const CLAIMS = 1000;
/** So many compete at once. */
const AT_ONCE = 20;

await withParts(t, [postgresPart], "several nodes are one chat", async (t) => {
  const postgres = await Postgres.start();
  t.teardown(() => postgres.remove());

  await t.test("rooms, people, whispers, invitations and what the operator does reach across nodes", async (t) => {
    const cluster = await Cluster.start(t, postgres, { nodes: 2 });
    const [one, two] = (await cluster.voices("one", "two")) as [Voice, Voice];
    const [first, second] = cluster.nodes;
    await one.isTold("[*]: User two joined lobby.");
    await two.asks("/users", "Online users: one, two");

    await one.asks("/create_private Den", /Den/);
    await one.asks("/join Den", "[*]: User one joined Den.");
    await two.asks("/join Den", "There is no room with this name. /rooms lists the rooms.");
    await one.asks("/invite two", "User added to private room members.");
    await two.isTold(/invite/i);
    await two.asks("/join Den", "[*]: User two joined Den.");
    await one.isTold("[*]: User two joined Den.");
    await one.asks("/topic our den", "Topic set.");
    await two.isTold(/our den/);
    one.send("hello");
    await two.hears("[one]: hello");
    two.send("hello yourself");
    await one.hears("[two]: hello yourself");
    two.send("/whisper one psst");
    await one.isTold("<<two>>: psst");
    one.send("/reply yes?");
    await two.isTold("<<one>>: yes?");
    await two.asks("/rooms", /Den/);
    await one.asks("/op two", /two/);
    await two.isTold("[*]: one made two an operator of Den.");
    await two.asks("/kick one", "You cannot do that to the owner of this room.");
    await one.asks("/leave", "You left room Den.");
    await two.isTold("[*]: User one left Den.");

    const users = (await first?.admin.get<UserView[]>("/users")) ?? [];
    t.match(users, [
      { name: "one", rooms: ["lobby"], outboxBytes: 0 },
      { name: "two", rooms: ["lobby", "Den"], outboxBytes: null },
    ]);
    t.ok(users[0]?.node !== users[1]?.node && users.every(({ node }) => Number.isInteger(node)), "each at its node");
    t.match(await first?.admin.get<RoomsView>("/rooms"), {
      rooms: [
        { name: "lobby", members: 2 },
        { name: "Den", members: 1, messages: 2, isPrivate: true },
      ],
      count: 2,
    });
    t.match(await first?.admin.get<RoomDetailsView>("/rooms/Den"), { owner: "one", topic: "our den", people: ["two"] });
    const history = await first?.admin.post<MessageView[]>("/rooms/Den/history", { messages: 1 });
    t.match(history, [{ seq: 2, author: "two", text: "hello yourself" }]);
    await first?.admin.post("/rooms/Den/topic", { text: "quiet, please" });
    await two.isTold("[*]: The operator set the topic of Den: quiet, please");
    await first?.admin.post("/rooms/Den/owner", { name: "two" });
    await two.isTold("[*]: The operator made user two the owner of Den.");
    await first?.admin.post("/rooms/Den/end", {});
    await two.isTold("[*]: The operator destroyed room Den.");
    await one.asks("/join Den", "There is no room with this name. /rooms lists the rooms.");
    t.match(await second?.admin.get<StatsView>("/stats"), { node: users[1]?.node, sessions: 1, elsewhere: 1 });
    t.same(await first?.admin.post("/broadcast", { text: "tea is ready" }), { sessions: 2 });
    for (const voice of [one, two]) await voice.hears("[operator]: tea is ready");
    await first?.admin.post("/kick", { name: "two", reason: "too loud" });
    await two.isTold(/too loud/);
    await one.isTold("[*]: User two left lobby.");
    await first?.admin.post("/ban", { subject: "two", reason: "still", duration: null });
    const again = await Voice.connect(t, second?.port ?? 0);
    again.send("two");
    await again.isTold(/still/);
  });

  await t.test("a name that is claimed on three nodes at once goes to one", async (t) => {
    const cluster = await Cluster.start(t, postgres, { args: ["--login-tries", "0"] });
    let wrong = 0;
    for (let from = 0; from < CLAIMS; from += AT_ONCE) {
      const rounds = Array.from({ length: AT_ONCE }, async (_, i) => {
        const name = `n${from + i}`;
        const claims = await Promise.all(cluster.nodes.map(({ port }) => Voice.connect(t, port)));
        for (const claim of claims) claim.send(name);
        const isTold = (voice: Voice, text: RegExp): boolean => voice.told.some((line) => text.test(line));
        await until(
          () => claims.every((claim) => isTold(claim, /^Welcome, |^You're already logged in/)),
          "everybody has an answer",
        );
        if (claims.filter((claim) => isTold(claim, /^Welcome, /)).length !== 1) wrong += 1;
        for (const claim of claims) claim.leave();
      });
      await Promise.all(rounds);
    }
    t.equal(wrong, 0, `${CLAIMS} names, and one winner each`);
    await until(async () => (await cluster.query("select from names")).length === 0, "all names are free again");
  });
});
