import t from "tap";
import { withParts } from "../../../tools/parts.ts";
import { ChatdProcess, LAUNCHER } from "../../support/processes/process.ts";
import { script, Terminal } from "../../support/processes/terminal.ts";
import { Client } from "../../support/sockets/client.ts";
import { aDaemon, aFolder } from "../../support/sockets/daemon.ts";

t.test("the operator lists, shows and ends rooms, and does what there is to do in them", async (t) => {
  const folder = aFolder(t);
  const { port } = await aDaemon(t, { adminSocket: `${folder}/admin.sock` });
  const run = async (...args: string[]) => {
    const chatd = ChatdProcess.start(t, ["admin", "room", ...args, "--data-dir", folder]);
    const code = await chatd.exited();
    return { code, stdout: chatd.stdout, stderr: chatd.stderr };
  };
  const [one, two] = [await Client.login(t, port, "one"), await Client.login(t, port, "two")];
  await one.ask("/create_private Den", "/join Den", "/invite two");
  await two.ask("/join Den", "hello", "/me waves", "/leave lobby");
  t.match((await run("list")).stdout, /^NAME .*\nDen +2 +2 +yes +one .*\nlobby +1 +0 +no +- .*\n$/);
  t.match((await run("list", "--limit", "1")).stdout, /^NAME .*\nDen .*\n… and 1 more: .*\n$/);
  t.match((await run("show", "den")).stdout, /^name +Den\nprivate +yes\nowner +one\n(.*\n){3}people +2: one, two\n/);
  t.match((await run("show", "Den", "--history", "1")).stdout, /\n-- last 1 line .*\n2 20.* \* two waves\n$/);
  t.equal((await run("say", "lobby", "hello", "all")).stdout, "Said in lobby.\n");
  await one.expect("#lobby [operator]: hello all");
  t.equal((await run("topic", "lobby", "be", "kind")).stdout, "Topic of lobby: be kind\n");
  await one.expect("[*]: The operator set the topic of lobby: be kind");
  t.equal((await run("topic", "lobby", "-")).stdout, "Topic of lobby removed.\n");
  t.equal((await run("transfer", "Den", "two")).stdout, "two now owns Den.\n");
  await two.expect("[*]: The operator made user two the owner of Den.");
  await two.ask("/ban troll");
  t.equal((await run("unban", "Den", "troll")).stdout, "troll may join Den again.\n");
  const there = "chatd: room end: there is no terminal to ask you at. Add --yes.\n";
  t.same(await run("end", "Den"), { code: 2, stdout: "", stderr: there });
  t.same(await run("end", "Den", "--yes"), { code: 0, stdout: "Room Den has ended.\n", stderr: "" });
  await two.expect("[*]: The operator destroyed room Den.");
  const gone = 'chatd: There is no room "Den". chatd admin room list shows the rooms.\n';
  t.same(await run("show", "Den"), { code: 1, stdout: "", stderr: gone });
});

t.test("a number that is none is wrong usage", async (t) => {
  for (const args of [
    ["list", "--limit", "0"],
    ["list", "--limit", "1001"],
    ["show", "lobby", "--history", "x"],
    ["show", "lobby", "--history", "-1"],
  ]) {
    const chatd = ChatdProcess.start(t, ["admin", "room", ...args]);
    t.equal(await chatd.exited(), 2, args.join(" "));
    t.match(chatd.stderr, "Write a number from 1 to 1000.");
  }
});

await withParts(t, [script], "on a terminal the operator is asked before a room ends", async (t) => {
  const folder = aFolder(t);
  const { port } = await aDaemon(t, { adminSocket: `${folder}/admin.sock` });
  const one = await Client.login(t, port, "one");
  await one.ask("/create Planes", "/join Planes", "hi");
  const question = "End room Planes for good? People: 1. Away: 0. Messages: 1. [y/N] ";
  const answer = async (keys: string) => {
    const terminal = await Terminal.run(t, `${LAUNCHER} admin room end Planes --data-dir ${folder}`);
    await terminal.sees(question);
    terminal.type(keys);
    return { code: await terminal.ended(), screen: terminal.screen };
  };
  for (const keys of ["\n", "\x03"]) {
    const { code, screen } = await answer(keys);
    t.equal(code, 1);
    t.match(screen, "\nchatd: room Planes was not ended.\n");
  }
  t.same(await one.ask("/users Planes"), ["Users in Planes: one"]);
  const { code, screen } = await answer("y\n");
  t.equal(code, 0);
  t.match(screen, "Room Planes has ended.\n");
  await one.expect("[*]: The operator destroyed room Planes.");
});
