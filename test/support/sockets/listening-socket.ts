import { once } from "node:events";
import { createServer } from "node:net";

/** A socket of this process that listens on 127.0.0.1, for handing to another one. */
export interface ListeningSocket {
  readonly port: number;
  readonly fd: number;
  /** To be called when the other has it: from then on this process takes no connections. */
  close(): void;
}

export async function aListeningSocket(): Promise<ListeningSocket> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  // Node shows no server's descriptor.
  const { fd } = (server as unknown as { readonly _handle: { readonly fd: number } })._handle;
  return { port: typeof address === "object" && address ? address.port : 0, fd, close: () => void server.close() };
}
