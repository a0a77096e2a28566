import t, { type Test } from "tap";
import { Client } from "../support/sockets/client.ts";
import { DeafCrowd } from "../support/sockets/deaf-crowd.ts";
import { opsPortOf, readMetric } from "../support/sockets/ops.ts";
import { ChatdProcess } from "../support/processes/process.ts";
import { until } from "../support/sockets/until.ts";

const HEAP_MEBIBYTES = 256;
const CROWD = 32;
/** What each of them sends; a connection is read up to 2 MB in a turn of the event loop. */
const BYTES_EACH = 2 * 1024 * 1024;
/** So often the server answers somebody else meanwhile: each answer is a turn in which it reads what there is. */
const ROUNDS = 100;
/** Who is not answered within this is not answered because of the others. */
const PATIENCE_MS = 10_000;
const CHARACTER_MODE = "\xff\xfd\x01\xff\xfd\x03";
const ECHO_TOGGLE = "\xff\xfd\x01\xff\xfe\x01";

type Served = ChatdProcess & { readonly port: number };

/** What the peers send (latin1): once, by their number, and then over and over. */
interface Kind {
  readonly what: string;
  readonly isLoggedIn: boolean;
  readonly first?: (number: number) => string;
  readonly again: string;
}

const KINDS: readonly Kind[] = [
  ...[
    { what: "^C in character mode", first: () => CHARACTER_MODE, again: "\x03" },
    { what: "AYT", again: "\xff\xf6" },
    { what: "options that are refused", again: "\xff\xfd\x2a" },
    { what: "ECHO on and off behind a line", first: () => "x".repeat(2000), again: ECHO_TOGGLE },
    { what: "empty lines", again: "\n" },
    { what: "a line without end", again: "x" },
  ].map((kind) => ({ ...kind, isLoggedIn: false })),
  ...[
    { what: "keys that they erase", first: () => CHARACTER_MODE, again: "a\b" },
    { what: "^C in character mode", first: () => CHARACTER_MODE, again: "\x03" },
    { what: "words that they erase", first: () => `${CHARACTER_MODE}${"x ".repeat(15_000)}`, again: "x \x17" },
    { what: "AYT", again: "\xff\xf6" },
    { what: "options that are refused", again: "\xff\xfd\x2a" },
    { what: "ECHO on and off behind a line", first: () => "x".repeat(2000), again: ECHO_TOGGLE },
    { what: "empty lines, in no room", first: () => "/leave\r\n", again: "\n" },
    { what: "/rooms", first: makeRooms, again: "/rooms\r\n" },
    { what: "/history", first: () => `${"x".repeat(300)}\r\n`.repeat(20), again: "/history 100\r\n" },
    { what: "/help", again: "/help\r\n" },
    { what: "whispers to one of them", again: `/whisper deaf0 ${"x".repeat(500)}\r\n` },
    { what: "short lines to each other", again: "x\r\n" },
    { what: "long lines to each other", again: `${"x".repeat(1900)}\r\n` },
  ].map((kind) => ({ ...kind, isLoggedIn: true })),
];

function makeRooms(number: number): string {
  return Array.from({ length: 10 }, (_, i) => `/create room-${number}-${i}\r\n`).join("");
}

/** With the limits as they are shipped, but for those that keep a crowd from one address out. */
function aSmallDaemon(t: Test): Promise<Served> {
  const options = `${process.env["NODE_OPTIONS"] ?? ""} --max-old-space-size=${HEAP_MEBIBYTES}`;
  const args = ["--host", "::1", "--database", "memory:", "--ops-port", "0", "--flood-burst", "10"];
  return ChatdProcess.serve(t, args, { NODE_OPTIONS: options });
}

/** They come from an address of their own: what the crowd sends does not count against them. */
async function twoWhoTalk(t: Test, port: number): Promise<readonly [Client, Client]> {
  const [one, two] = [await Client.connect(t, port, "::1"), await Client.connect(t, port, "::1")];
  await one.logIn("one");
  await two.logIn("two");
  return [one, two];
}

/** Rejects when the server has other things to do. */
async function isAnswered(opsPort: number): Promise<void> {
  try {
    await fetch(`http://127.0.0.1:${opsPort}/healthz`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (cause) {
    throw new Error(`nobody was answered within ${PATIENCE_MS} ms`, { cause });
  }
}

async function survives(t: Test, chatd: Served, { isLoggedIn, first = () => "", again }: Kind): Promise<void> {
  const opsPort = await opsPortOf(chatd);
  const metric = (name: string): Promise<number> => readMetric(opsPort, name);
  const gauges = () => Promise.all(["chatd_sessions", "chatd_connections", "chatd_outbox_bytes"].map(metric));
  const [one, two] = await twoWhoTalk(t, chatd.port);
  const before = await gauges();

  const crowd = await DeafCrowd.connect(t, chatd.port, CROWD);
  if (isLoggedIn) {
    crowd.send((number) => Buffer.from(`deaf${number}\r\n`));
    await until(async () => (await metric("chatd_sessions")) === 2 + CROWD, "the crowd is logged in");
  }
  const flood = Buffer.from(again.repeat(Math.floor(BYTES_EACH / again.length)), "latin1");
  crowd.send((number) => Buffer.concat([Buffer.from(first(number), "latin1"), flood]));
  one.send("meanwhile");
  for (let i = 0; i < ROUNDS; i++) await isAnswered(opsPort);
  await two.expect("[one]: meanwhile");
  one.send("after it");
  await two.expect("[one]: after it");

  crowd.cut();
  await until(async () => (await gauges()).join() === before.join(), "everything is as it was");
  t.equal(await metric("chatd_failures_total"), 0);
  one.close();
  two.close();
  await until(async () => (await metric("chatd_connections")) === 0, "nobody is left");
}

t.test(`${HEAP_MEBIBYTES} MiB of heap, and ${CROWD} peers who send all they can and read nothing`, async (t) => {
  let chatd = await aSmallDaemon(t);
  for (const kind of KINDS) {
    await t.test(`${kind.isLoggedIn ? "logged in" : "before login"}: ${kind.what}`, async (inner) => {
      try {
        await survives(inner, chatd, kind);
      } catch (error) {
        // The next kind is not to suffer from this one.
        chatd.child.kill("SIGKILL");
        await chatd.exited();
        inner.equal(chatd.child.signalCode, "SIGKILL", `it was there until then ${chatd.stderr.slice(-2000)}`);
        chatd = await aSmallDaemon(t);
        throw error;
      }
    });
  }
  t.equal(await chatd.end("SIGINT"), 0);
});
