import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Socket } from "node:net";
import type { ServerBans } from "../chat/server-bans.ts";
import type { Protocol } from "../net/protocol.ts";
import type { ClientError } from "./client-errors.ts";
import { connectionOf, HttpConnection } from "./connection.ts";
import { rejectionAnswer } from "./rejections.ts";

/** Times in milliseconds, by the names that Node's server has for them. */
export interface HttpTimes {
  /** Maximum time for the headers of a request, and for all of it. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  /** Interval between two looks at those. */
  readonly connectionsCheckingInterval: number;
  /** Time for which a connection without a request is kept. Longer than the 60 s of load balancers, which reuse them. */
  readonly keepAliveTimeout: number;
  /** Time in which nothing is sent or taken: a peer that does not read its answer is closed. */
  readonly timeout: number;
}

const TIMES: HttpTimes = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 65_000,
  timeout: 60_000,
};

/** Hands the sockets of peers who may come in to a server that listens nowhere by itself. */
export function httpProtocol(server: Server, bans: ServerBans, times = TIMES): Protocol {
  // Whoever ends their side after a request, as nc does, gets the answer.
  Object.assign(server, times, { httpAllowHalfOpen: true });
  // Node looks at these times from here on.
  server.emit("listening");
  const handlers = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request").on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (connectionOf(request.socket)?.begin(request, response) === false) return;
    for (const handle of handlers) handle(request, response);
  });
  server.removeAllListeners("clientError").on("clientError", (error: ClientError, socket: Duplex) => {
    // What the server was handed are sockets.
    connectionOf(socket as Socket)?.broken(error);
  });
  return {
    connect(socket, address) {
      const connection = new HttpConnection(socket, address, bans);
      server.emit("connection", socket);
      // Whoever read the PROXY header has paused it, and may have left the first bytes of the request.
      socket.resume();
      return connection;
    },
    rejectionText: rejectionAnswer,
  };
}
