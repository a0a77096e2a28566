import t from "tap";
import { Client } from "../support/sockets/client.ts";
import { aDoor } from "../support/sockets/door.ts";
import { Screen } from "../support/screens/screen.ts";
import { Typist } from "../support/screens/typist.ts";

t.test("/set redraw off: nothing is erased by what comes in, also where it was set before the keys came", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.connect(t, door.port, new Screen(), "");
  ann.types("ann\r\n/set redraw off\r\n");
  await ann.shows(/^This holds while lines are edited here/);
  ann.sends("fffd01fffd03");
  const two = await Client.login(t, door.port, "two");
  await ann.shows(/two joined lobby/);
  ann.types("half a line of");
  await ann.endsWith("half a line of");
  two.send("one", "two", "three");
  await ann.shows(/^\[two\]: three/);
  ann.types(" mine\r");
  t.equal(await two.expect(/ann/), "[ann]: half a line of mine");
  t.notMatch(ann.output, "\u001b");
});

t.test("/set redraw off: what comes in ends the row, and nothing is shown twice", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.login(t, door.port, "ann");
  const two = await Client.login(t, door.port, "two");
  await ann.shows(/two joined lobby/);
  ann.types("/set redraw off\r");
  await ann.shows(/is not shown again when/);
  ann.types("I was just");
  await ann.endsWith("I was just");
  two.send("sorry");
  await ann.shows(/^\[two\]: sorry/);
  ann.types(" about to\r");
  t.equal(await two.expect(/ann/), "[ann]: I was just about to");
  ann.types("next");
  await ann.endsWith("next");
  t.same(ann.screen.lines.slice(-4), ["I was just", "[two]: sorry", " about to", "next"]);
});

t.test("/set redraw off, typed key by key, is shown once", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.login(t, door.port, "ann");
  for (const key of "/set redraw off".split("")) {
    ann.types(key);
    await ann.shows(/\/$|\/s/);
  }
  ann.types("\r");
  await ann.shows(/is not shown again when/);
  t.equal(ann.screen.lines.filter((line) => line.startsWith("/set redraw off")).length, 1);
});

t.test("/set redraw, which is entered, is on the terminal once, off and on", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.login(t, door.port, "ann");
  for (const [typed, answer] of [
    ["/set redraw off", /is not shown again when/],
    ["/set redraw on", /is shown again below/],
  ] as const) {
    ann.types(typed);
    await ann.endsWith(typed);
    ann.types("\r");
    await ann.shows(answer);
  }
  t.same(
    ann.screen.lines.filter((line) => line.startsWith("/set")),
    ["/set redraw off", "/set redraw on"],
  );
});

t.test("/set redraw off: a line that is entered together with text that comes is not shown again", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.login(t, door.port, "ann");
  ann.types("/set redraw off\r");
  await ann.shows(/is not shown again when/);
  ann.types("half");
  await ann.endsWith("half");
  door.session("ann").outlet.tell({ type: "connected" });
  door.sockets[0]?.emit("data", Buffer.from("\r"));
  await ann.shows(/^Nobody else is in lobby/);
  t.equal(ann.screen.lines.filter((line) => line === "half").length, 1);
});

t.test("/set redraw off: nothing is erased any more, also where the line stays the same", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.login(t, door.port, "ann");
  const two = await Client.login(t, door.port, "two");
  ann.types("/set prompt on\r");
  await ann.endsWith("lobby>", 7);
  for (const line of ["one", "two"]) {
    two.send(line);
    await ann.shows(new RegExp(`\\[two\\]: ${line}$`));
  }
  ann.types("/set redraw off\r");
  await ann.shows(/is not shown again when/);
  const before = ann.output.length;
  two.send("three");
  await ann.shows(/\[two\]: three$/);
  t.notMatch(ann.output.slice(before), "\u001b");
});

t.test("/set redraw off: /set edit off takes the prompt off the terminal, and erases nothing else", async (t) => {
  const door = await aDoor(t);
  const ann = await Typist.login(t, door.port, "ann");
  ann.types("/set redraw off\r/set prompt on\r");
  await ann.endsWith("lobby>", 7);
  const before = ann.output.length;
  ann.types("/set edit off\r");
  await ann.endsWith("Your client edits your lines again.", 0);
  t.notMatch(ann.output.slice(before), "\u001b");
});
