import t, { type Test } from "tap";
import { type Part, program, runs, withParts } from "../../tools/parts.ts";
import { script } from "../support/processes/terminal.ts";
import { Friend } from "../support/screens/friend.ts";
import { Client } from "../support/sockets/client.ts";
import { aDoor, LIMITS } from "../support/sockets/door.ts";

const parts = [script, ...["bash", "stty", "telnet", "plink", "nc"].map((name) => program(name))];
/** Some busyboxes are built without it. */
const busybox: Part = { name: "busybox-telnet", isHere: () => runs("sh", ["-c", "busybox --list | grep -qx telnet"]) };
const CTRL_C = "\u0003";
const CTRL_Z = "\u001a";
const CTRL_BRACKET = "\u001d";
const LEFT = "\u001b[D";
const GRACE_MS = 600_000;

interface Evening {
  /** In GNU telnet, which sends lines until it is asked for keys. */
  readonly ann: Friend;
  /** In PuTTY's plink, which sends each key. */
  readonly ben: Friend;
  /** In nc, which knows nothing of telnet. */
  readonly cat: Friend;
  /** A program, which says as much as it is told to. */
  readonly bot: Client;
}

async function anEvening(t: Test): Promise<Evening> {
  const door = await aDoor(t);
  door.chat.reload({ ...LIMITS.chat, graceMs: GRACE_MS });
  const ann = await Friend.comes(t, door, "ann", "telnet 127.0.0.1 PORT");
  const ben = await Friend.comes(t, door, "ben", "plink -telnet -P PORT 127.0.0.1");
  const cat = await Friend.comes(t, door, "cat", "nc 127.0.0.1 PORT");
  const bot = await Client.login(t, door.port, "bot");
  ann.types("/set edit on\r");
  await ann.shows(/^Your client is asked/);
  await ann.takes("keys");
  return { ann, ben, cat, bot };
}

/** Whether the shell of somebody waits for a command. */
function atShell(friend: Friend): Promise<void> {
  return friend.endsWith("$", 2);
}

await withParts(t, parts, "half-typed lines outlast a thousand others, and windows that change", async (t) => {
  const { ann, ben, cat, bot } = await anEvening(t);
  const anns = "I was just about to tell you that 水泵 the pump is fixed";
  const bens = "a thought that takes more than one row, since it is about 你好 and 👩‍👩‍👧 and still more";
  ann.types(anns);
  ben.types(bens);
  cat.types("nc holds");
  await ann.endsWith(anns, anns.length + 2);
  for (let i = 0; i < 10; i++) {
    bot.send(...Array.from({ length: 100 }, (_, j) => `line ${100 * i + j}.`));
    for (const friend of [ann, ben, cat]) await friend.shows(new RegExp(`line ${100 * i + 99}\\.$`));
  }
  await ann.endsWith(anns, anns.length + 2);
  await ben.shows(new RegExp(`^${bens}$`));
  for (const friend of [ann, ben]) {
    const heard = friend.lines.filter((line) => line.startsWith("[bot]"));
    t.same(
      heard,
      Array.from({ length: 1000 }, (_, i) => `[bot]: line ${i}.`),
      friend.name,
    );
    t.equal(friend.lines.filter((line) => /I was just|a thought/.test(line)).length, 1, friend.name);
  }

  await ann.resizes(24, 30);
  await ben.resizes(10, 50);
  bot.send("a window is narrower now");
  await ann.shows(/^\[bot\]: a window is narrower/);
  await ben.shows(/^\[bot\]: a window is narrower/);
  await ann.shows(new RegExp(`^${anns}$`));
  ann.types(`${LEFT}${LEFT}${LEFT}${LEFT}${LEFT}not `);
  await ann.shows(/the pump is not fixed$/);
  await ann.resizes(24, 80);
  bot.send("and wide again");
  await ann.shows(/^\[bot\]: and wide again$/);

  ann.types("\r");
  await ben.shows(/^\[ann\]: I was just about to tell you that 水泵 the pump is not fixed$/);
  t.equal(ben.lines.at(-1), bens);
  ben.types("\r");
  await cat.shows(new RegExp(`\\[ben\\]: ${bens}$`));
  cat.types(" what was typed\r");
  await ann.shows(/^\[cat\]: nc holds what was typed$/);
  t.notMatch(cat.output, "\u001b", "nc is sent no escape");
});

await withParts(t, [script, busybox], "busybox telnet is edited here when it is asked to be", async (t) => {
  const door = await aDoor(t);
  const dan = await Friend.comes(t, door, "dan", "busybox telnet 127.0.0.1 PORT");
  const bot = await Client.login(t, door.port, "bot");
  dan.types("/set edit on\r");
  await dan.shows(/^Your client is asked/);
  await dan.takes("keys");
  dan.types("宽字 half");
  await dan.endsWith("宽字 half", 9);
  bot.send("sorry");
  await dan.shows(/^\[bot\]: sorry$/);
  await dan.endsWith("宽字 half", 9);
  dan.types("\u007f\u007f\u007f\u007f\u007f\u007f字\r");
  t.equal(await bot.expect(/dan/), "[dan]: 宽字");
});

await withParts(t, parts, "^C drops what was typed, ^Z ends nobody's evening, and fg brings it back", async (t) => {
  const { ann, ben, cat } = await anEvening(t);
  ben.types(`never said${CTRL_C}`);
  await ben.shows(/^Type \/quit to leave\.$/);
  ben.types(`ben ${CTRL_Z}stays\r`);
  await ann.shows(/^\[ben\]: ben stays$/);
  ann.types(`nor this${CTRL_C}`);
  await ann.shows(/^Type \/quit to leave\.$/);

  ann.types("half of it");
  await ann.endsWith("half of it");
  ann.types(CTRL_BRACKET);
  await ann.shows(/telnet>$/);
  ann.types("z\r");
  await atShell(ann);
  cat.types(CTRL_Z);
  await atShell(cat);
  ben.types("where are you both?\r");
  await ben.shows(/^where are you both\?$/);
  ann.types("fg\r");
  await ann.shows(/^\[ben\]: where are you both\?$/);
  await ann.endsWith("half of it");
  cat.types("fg\r");
  await cat.shows(/^\[ben\]: where are you both\?$/);
  cat.types("here\r");
  await ann.shows(/^\[cat\]: here$/);
  await ann.endsWith("half of it");
  ann.types(" and the other half\r");
  await ben.shows(/^\[ann\]: half of it and the other half$/);
  t.notOk(ben.lines.some((line) => /nor this|\[ann\]: never/.test(line)));
});

await withParts(t, parts, "rooms, operators, bans and whispers, with a prompt and without a redraw", async (t) => {
  const { ann, ben, cat } = await anEvening(t);
  ann.types("/create Garden\r");
  await ann.shows(/^Room Garden created/);
  ann.types("/join Garden\r/set prompt on\r");
  await ann.endsWith("Garden>", 8);
  ann.types("half a line");
  ben.types("/join Garden\r");
  cat.types("/join Garden\r");
  await ann.shows(/^\[\*\]: User cat joined Garden\.$/);
  await ann.endsWith("Garden> half a line");
  ann.types("\u0015/op ben\r");
  await ann.shows(/^Garden> \/op ben$/);
  await ben.shows(/^\[\*\]: ann made ben an operator of Garden\.$/);

  ben.types("/set redraw off\r");
  await ben.shows(/is not shown again when/);
  ben.types("to be read");
  await ben.endsWith("to be read");
  cat.types("noise\r");
  await ben.shows(/^\[cat\]: noise$/);
  ben.types(" aloud\r");
  await ann.shows(/^\[ben\]: to be read aloud$/);
  t.same(ben.lines.slice(-3), ["to be read", "[cat]: noise", " aloud"]);

  ben.types("/ban cat 1h\r");
  await cat.shows(/^\[\*\]: You were banned from Garden by ben/);
  await ann.shows(/^\[\*\]: User cat was banned from Garden by ben/);
  cat.types("and this goes nowhere\r/join Garden\r");
  await cat.shows(/^You are talking in no room now: this was not sent\./);
  await cat.shows(/^You are banned from this room/);
  cat.types("/w ann let me in\r");
  await ann.shows(/^<<cat>>: let me in$/);
  ann.types("/r after an hour\r");
  await cat.shows(/^<<ann>>: after an hour$/);
  t.notOk(ann.lines.some((line) => line.includes("goes nowhere")));
  t.notMatch(cat.output, "\u001b", "nc is sent no escape");
});

await withParts(t, parts, "whoever loses the connection comes back to their rooms, and to what was said", async (t) => {
  const { ann, ben, cat } = await anEvening(t);
  ann.types("/create_private Cellar\r/join Cellar\r/invite ben\r/invite cat\r");
  for (const friend of [ben, cat]) {
    await friend.shows(/^<<ann>>: I invited you to my private room Cellar\./);
    friend.types("/join Cellar\r");
  }
  await ann.shows(/^\[\*\]: User cat joined Cellar\.$/);
  await ben.shows(/^\[\*\]: User ben joined Cellar\.$/);

  ann.types("this half is lost with the connection");
  await ann.endsWith("this half is lost with the connection");
  ann.loses();
  await ann.shows(/Connection closed by foreign host\.$/);
  await atShell(ann);
  await ben.shows(/^\[\*\]: User ann left Cellar\.$/);
  ben.types("where is she?\r");
  await cat.shows(/^\[ben\]: where is she\?$/);
  cat.types("the cellar has no reception\r");
  await ben.shows(/^\[cat\]: the cellar has no reception$/);
  await ann.logsIn();
  await ann.shows(/^You are back in Cellar\. 2 lines were said meanwhile\.$/);
  await ann.shows(/^1 \d\d:\d\d \[ben\]: where is she\?$/);
  await ann.shows(/^2 \d\d:\d\d \[cat\]: the cellar has no reception$/);
  await ben.shows(/^\[\*\]: User ann joined Cellar\.$/);

  ben.types("there she is\r");
  await ann.shows(/^\[ben\]: there she is$/);
  ben.loses();
  await atShell(ben);
  await ann.shows(/^\[\*\]: User ben left Cellar\.$/);
  ann.types("now him\r");
  await cat.shows(/^\[ann\]: now him$/);
  await ben.logsIn();
  await ben.shows(/^You are back in Cellar\. 1 line was said meanwhile\.$/);

  ann.types("/kick ben\r");
  await ben.shows(/^\[\*\]: You were kicked from Cellar by ann\.$/);
  ann.types("/destroy Cellar\r");
  await cat.shows(/^\[\*\]: Room Cellar was destroyed\.$/);
  ann.types("/quit\r");
  await ann.shows(/^Bye\.$/);
  await ben.shows(/^\[\*\]: User ann left lobby\.$/);
});
