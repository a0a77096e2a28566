/**
 * Runs with the network of another machine and the files of this one: leads connections between an address there and a
 * socket in a folder here. Its arguments are pairs `from to`, each `HOST:PORT` or a path.
 */
import { connect, createServer, type ListenOptions, type NetConnectOpts } from "node:net";

function place(text: string): ListenOptions & NetConnectOpts {
  const [, host, port] = /^([^/]+):(\d+)$/.exec(text) ?? [];
  return host === undefined ? { path: text } : { host, port: Number(port) };
}

const pairs = process.argv.slice(2);
for (let i = 0; i < pairs.length; i += 2) {
  const [from = "", to = ""] = pairs.slice(i);
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const far = connect({ ...place(to), noDelay: true, allowHalfOpen: true });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on("error", () => other.destroy());
      one.pipe(other);
    }
  });
  server.listen(place(from), () => process.stdout.write(`${from}\n`));
}
