import t from "tap";
import { Client } from "../support/sockets/client.ts";
import { aDaemon } from "../support/sockets/daemon.ts";
import { aMetadataService } from "../support/machines/metadata-service.ts";

const GOING_AWAY = "[*]: This server is shutting down. Please connect again.";

t.test("an instance that is taken out sends everybody, newcomers too, to another one", async (t) => {
  const metadata = await aMetadataService(t);
  const daemon = await aDaemon(t, { awsDrain: "true", awsMetadata: metadata.url, drain: "1s", opsPort: "0" });
  const ready = async (): Promise<number> => (await fetch(`http://127.0.0.1:${daemon.opsPort}/readyz`)).status;
  const one = await Client.login(t, daemon.port, "one");
  one.socket.on("end", () => one.socket.end());
  t.equal(await ready(), 200);

  metadata.state = "Terminated";
  await one.expect(GOING_AWAY);
  await one.ended();
  t.equal(await ready(), 503);
  const two = await Client.connect(t, daemon.port);
  await two.expect(GOING_AWAY);
  await two.ended();
  t.notOk(two.lines.includes("Login:"));
});

t.test("without --aws-drain nobody asks", async (t) => {
  const metadata = await aMetadataService(t, "Terminated");
  const { port } = await aDaemon(t, { awsMetadata: metadata.url });
  const one = await Client.login(t, port, "one");
  t.same(await one.ask("/users"), ["Online users: one"]);
  t.equal(metadata.answered, 0);
});
