import t, { type Test } from "tap";
import { type Part, program, withParts } from "../../tools/parts.ts";
import { Cable, Machine, netns } from "../support/processes/network.ts";
import { script, Terminal } from "../support/processes/terminal.ts";
import { Client } from "../support/sockets/client.ts";
import { aDoor, LIMITS } from "../support/sockets/door.ts";
import { until } from "../support/sockets/until.ts";
import { FakeClock } from "../support/world/fake-clock.ts";

const CTRL_C = "\x03";
const OLD_PORTS = { first: 40_000, last: 40_099 };
const NEW_PORTS = { first: 40_100, last: 40_199 };

/** Where people connect. */
interface Server {
  readonly address: string;
  readonly port: number;
  /** Lets so much of its time pass. */
  pass(ms: number): Promise<void>;
}

/** A program that people connect with. */
interface ClientProgram {
  readonly command: string;
  /** What it shows when it takes keys. */
  readonly ready: string;
  /** What somebody is told first who wants a name that is taken; empty: that it is. */
  readonly asking: string;
  /** Does something that shows the server what the program can. */
  use(ann: Terminal): Promise<void>;
  /** The server has begun to find out whether the connection before is dead, and finds that it is, or seems to be. */
  regain(ann: Terminal, server: Server, ben: Client, code: string): Promise<void>;
}

const programs: readonly ClientProgram[] = [
  {
    command: "telnet",
    ready: "Escape character is '^]'.\n",
    asking: "Checking whether they are still connected …\n",
    async use(ann) {
      ann.type(CTRL_C);
      await ann.sees("Type /quit to leave.\n");
    },
    regain: (_, server) => server.pass(5000),
  },
  {
    command: "nc",
    ready: "",
    asking: "",
    use: () => Promise.resolve(),
    async regain(ann, server, ben, code) {
      await ann.sees("If your connection broke, log in as NAME:CODE with the code that you were told at login");
      await server.pass(30_000);
      await ben.expect("[*]: User ann left lobby.");
      ann.type(`ann:${code}\n`);
    },
  },
];

/** A machine with a cable to this one. */
function plugIn(t: Test): { machine: Machine; cable: Cable } {
  const machine = Machine.start(t);
  machine.connectFrom(OLD_PORTS);
  return { machine, cable: Cable.plugIn(t, machine) };
}

/** A server at this end of the cable, whose time is in the test's hands. */
async function aServer(t: Test, { address }: Cable): Promise<Server> {
  const time = new FakeClock();
  const { chat, port } = await aDoor(t, time.timers, address);
  chat.reload({ ...LIMITS.chat, graceMs: 600_000 });
  return { address, port, pass: (ms) => time.pass(ms) };
}

/** Somebody here, who stays. */
async function aFriend(t: Test, { address, port }: Server): Promise<Client> {
  const ben = await Client.connect(t, port, address);
  await ben.logIn("ben");
  return ben;
}

/** Somebody at the other machine, who gives her name. */
async function aCaller(
  t: Test,
  machine: Machine,
  { command, ready }: ClientProgram,
  { address, port }: Server,
): Promise<Terminal> {
  const ann = await Terminal.run(t, [...machine.within, command, address, port].join(" "));
  await ann.sees(ready);
  ann.type("ann\n");
  return ann;
}

/** @param servers where ann is, and where she comes back to: the same one, or two that are one chat */
async function losesTheCable(
  t: Test,
  client: ClientProgram,
  { machine, cable }: { readonly machine: Machine; readonly cable: Cable },
  servers: { readonly before: Server; readonly after: Server },
): Promise<void> {
  const { before, after } = servers;
  const ben = await aFriend(t, after);
  await ben.ask("/create Planes", "/join Planes");
  const ann = await aCaller(t, machine, client, before);
  const [code = ""] = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(await ann.sees(/log in as ann:\S+/)) ?? [];
  await ann.sees("What you type is said there.\n");
  ann.type("/join Planes\n/create_private Cellar\n/join Cellar\n/invite ben\n");
  await ann.sees("User added to private room members.\n");
  await ben.ask("/op ann", "/join Cellar");
  await client.use(ann);
  // What somebody typed within the last minute shows that they are there.
  await before.pass(60_000);

  cable.unplug();
  machine.dropFrom(OLD_PORTS);
  machine.connectFrom(NEW_PORTS);
  t.same(await ben.ask("are you there?", "hello?", "/users"), ["Online users: ann, ben"], "nobody knows yet");
  cable.plugBackIn();
  await until(() => machine.droppedPackets() > 0, "what the old program answers gets lost");

  const again = await aCaller(t, machine, client, after);
  await again.sees(client.asking);
  await client.regain(again, after, ben, code);
  await again.sees("Welcome, ann.\n");
  await again.sees("You are back in Planes. Nothing was said meanwhile.\n");
  await again.sees("You are back in Cellar. 2 lines were said meanwhile.\n");
  await again.sees(/1 \d\d:\d\d \[ben\]: are you there\?\n2 \d\d:\d\d \[ben\]: hello\?\n/);
  again.type("yes\n");
  t.equal(await ben.expect(/\[ann\]/), "[ann]: yes", "she talks where she talked");
  again.type("/topic keys\n");
  await again.sees("Topic set.\n");
  again.type("/join Planes\n/topic wings\n");
  await again.sees("You are now talking in Planes.\n");
  await again.sees("Topic set.\n");
  again.type("/destroy Cellar\n");
  await ben.expect("[*]: Room Cellar was destroyed.");
}

function needs({ command }: ClientProgram): Part[] {
  return [netns, script, program("sysctl"), program(command)];
}

for (const client of programs) {
  const { command } = client;
  const title = `in ${command}, whose cable was pulled finds rooms, rights and missed lines`;
  await withParts(t, needs(client), title, async (t) => {
    const network = plugIn(t);
    const server = await aServer(t, network.cable);
    await losesTheCable(t, client, network, { before: server, after: server });
  });

  const short = `in ${command}, a cable that is pulled for a moment costs neither lines nor the name`;
  await withParts(t, needs(client), short, async (t) => {
    const { machine, cable } = plugIn(t);
    const server = await aServer(t, cable);
    const ben = await aFriend(t, server);
    const ann = await aCaller(t, machine, client, server);
    await ann.sees("What you type is said there.\n");
    await client.use(ann);
    cable.unplug();
    t.same(await ben.ask("one", "two"), []);
    ann.type("three\n");
    cable.plugBackIn();
    await ann.sees("[ben]: one\n[ben]: two\n");
    await ben.expect("[ann]: three");
    const other = await aCaller(t, machine, client, server);
    await other.sees(client.asking);
    await other.sees("Please choose a different name.");
    ann.type("still here\n");
    await ben.expect("[ann]: still here");
  });
}
