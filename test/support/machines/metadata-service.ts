import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Test } from "tap";

const TOKEN = "a token";

/** What EC2 tells an instance about itself, as far as the group's plans for it go: version 2, with tokens. */
export interface Metadata {
  readonly url: string;
  readonly port: number;
  /** What its group wants it to become. */
  state: string;
  /** Of the answer about the state. */
  status: number;
  /** How often the state was told. */
  answered: number;
  close(): Promise<void>;
}

export async function aMetadataService(t: Test, state = "InService"): Promise<Metadata> {
  const server = createServer((request, response) => answer(metadata, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const metadata: Metadata = {
    url: `http://127.0.0.1:${port}`,
    port,
    state,
    status: 200,
    answered: 0,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
  t.teardown(() => (server.listening ? metadata.close() : undefined));
  return metadata;
}

function answer(metadata: Metadata, { method, url, headers }: IncomingMessage, response: ServerResponse): void {
  if (method === "PUT" && url === "/latest/api/token") {
    const hasTime = Number(headers["x-aws-ec2-metadata-token-ttl-seconds"]) > 0;
    response.writeHead(hasTime ? 200 : 400).end(hasTime ? TOKEN : "");
  } else if (headers["x-aws-ec2-metadata-token"] !== TOKEN) response.writeHead(401).end();
  else if (method === "GET" && url === "/latest/meta-data/autoscaling/target-lifecycle-state") {
    metadata.answered += 1;
    response.writeHead(metadata.status).end(metadata.state);
  } else response.writeHead(404).end();
}
