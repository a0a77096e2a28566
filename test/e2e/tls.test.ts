import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import t, { type Test } from "tap";
import { certify } from "../../tools/certificate.ts";
import { Client } from "../support/sockets/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { program, withParts } from "../../tools/parts.ts";
import { ChatdProcess, HERE } from "../support/processes/process.ts";

async function shake(t: Test, port: number): Promise<TLSSocket> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
  t.teardown(() => socket.destroy());
  await once(socket, "secureConnect");
  return socket;
}

await withParts(
  t,
  [program("openssl")],
  "SIGHUP shows a renewed certificate to newcomers, and drops nobody",
  async (t) => {
    const folder = aFolder(t);
    const { cert, key } = certify(folder, "first");
    const args = ["--database", "memory:", "--tls-port", "0", "--tls-cert", cert, "--tls-key", key];
    const chatd = await ChatdProcess.serve(t, args);
    await chatd.logged(/"msg":"Started"/);
    const port = Number(/"tlsPort":(\d+)/.exec(chatd.stderr)?.[1]);
    const one = new Client(await shake(t, port));
    await one.logIn("one");
    certify(folder, "second");
    chatd.child.kill("SIGHUP");
    await chatd.logged(/"msg":"Settings reloaded"/);
    const socket = await shake(t, port);
    t.equal(socket.getPeerCertificate().subject.CN, "second");
    const two = new Client(socket);
    await two.logIn("two");
    one.send("still here");
    await two.expect("[one]: still here");

    writeFileSync(key, "no key");
    chatd.child.kill("SIGHUP");
    await chatd.logged(/--tls-key .*key\.pem: there is no private key in this file\./);
    const third = await shake(t, port);
    t.equal(third.getPeerCertificate().subject.CN, "second", "the one of before goes on");
    // A peer has shaken hands before the server knows it.
    await new Client(third).expect("Login:");
    t.equal(await chatd.end("SIGINT"), 0);
    await one.expect("[*]: The server is restarting. Please connect again in a moment.");
  },
);

await withParts(
  t,
  [program("openssl")],
  "a certificate that cannot be used ends the start with a line that names it",
  async (t) => {
    const { cert } = certify(aFolder(t), "first");
    const other = certify(aFolder(t), "other");
    const missing = join(aFolder(t), "cert.pem");
    const start = async (...args: readonly string[]): Promise<ChatdProcess> => {
      const place = [...HERE, "--data-dir", aFolder(t)];
      const chatd = ChatdProcess.start(t, ["serve", ...place, "--tls-port", "0", ...args]);
      t.equal(await chatd.exited(), args.length === 4 ? 1 : 2);
      return chatd;
    };
    t.equal(
      (await start("--tls-cert", missing, "--tls-key", other.key)).stderr,
      `chatd: --tls-cert ${missing}: there is no such file. Make it, or name another one.\n`,
    );
    t.equal(
      (await start("--tls-cert", cert, "--tls-key", other.key)).stderr,
      `chatd: --tls-key ${other.key}: it is not the key of ${cert}. Give the two that belong together.\n`,
    );
    const half = "chatd: --tls-port 0: TLS needs a certificate and its key. Give them with --tls-cert and --tls-key.\n";
    t.equal((await start("--tls-cert", cert)).stderr, half);
  },
);

t.test("headers that anybody could send are wrong usage", async (t) => {
  const chatd = ChatdProcess.start(t, ["serve", "--proxy-protocol"]);
  t.equal(await chatd.exited(), 2);
  t.equal(
    chatd.stderr,
    "chatd: --proxy-protocol: anybody could claim any address. Say from where headers come with --trusted-proxy.\n",
  );
});
