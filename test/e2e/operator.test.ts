import t from "tap";
import { Client } from "../support/client.ts";
import { ChatdProcess } from "../support/process.ts";

t.test("whoever keeps order in a room leaves a trace in the log, and no word of what was said", async (t) => {
  const chatd = await ChatdProcess.serve(t, ["--database", "memory:"]);
  const [one, two] = [await Client.login(t, chatd.port, "one"), await Client.login(t, chatd.port, "two")];
  await one.ask("/create_private Den", "/join Den", "/topic hush", "/invite two");
  await two.ask("/join Den");
  await one.ask("/op two", "/deop two", "/kick two", "/ban two 1h", "/unban two", "/destroy Den");
  await two.ask("/kick one", "/ban one");
  t.equal(await chatd.end("SIGINT"), 0);
  const audited = chatd.stderr
    .split("\n")
    .filter((line) => line.includes('"msg":"Audit"'))
    .map((line) => JSON.parse(line) as { by: string; act: string; subject: string | null; room: string });
  t.same(
    audited.map(({ by, act, subject, room }) => [by, act, subject, room]),
    [
      ["one", "set-topic", null, "Den"],
      ["one", "invite", "two", "Den"],
      ["one", "op", "two", "Den"],
      ["one", "deop", "two", "Den"],
      ["one", "kick", "two", "Den"],
      ["one", "ban", "two", "Den"],
      ["one", "unban", "two", "Den"],
      ["one", "destroy", null, "Den"],
    ],
  );
  t.notMatch(chatd.stderr, "hush");
});
