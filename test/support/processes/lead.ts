import { connect, createServer, type Server } from "node:net";

/** Where connections come in, or go to. Port 0: a free one. */
export type Place = { readonly path: string } | { readonly host: string; readonly port: number };

/** A server that leads each connection on to another place, one side's end included. It listens when it has said so. */
export function lead(from: Place, to: Place): Server {
  const options = { noDelay: true, allowHalfOpen: true };
  const server = createServer(options, (near) => {
    const far = connect({ ...to, ...options });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on("error", () => other.destroy());
      one.pipe(other);
    }
  });
  return server.listen(from);
}
