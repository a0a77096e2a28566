import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import t, { type Test } from "tap";
import { program, withParts } from "../../tools/parts.ts";
import { Client } from "../support/sockets/client.ts";
import { aDaemon, aFolder } from "../support/sockets/daemon.ts";

const PAGE = readFileSync(new URL("../../docs/http.md", import.meta.url), "utf8");
const CHATD = new URL("../../bin/chatd", import.meta.url).pathname;
const run = promisify(execFile);

/** The blocks of code of a language, in the order of the page. */
function blocks(language: string): readonly string[] {
  return [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm"))].map(([, code = ""]) => code);
}

/** Commands with what they answer, where the page shows that. */
function stepsIn(code: string): { readonly command: string; readonly answer: string | null }[] {
  const lines = code.replaceAll("\\\n", "").trimEnd().split("\n");
  return lines.flatMap((line, i) => {
    if (line.startsWith("# ")) return [];
    const [command = "", shown] = line.split(/ +# /);
    const next = lines[i + 1];
    return [{ command, answer: shown ?? (next?.startsWith("# ") ? next.slice(2) : null) }];
  });
}

/** Without what is different in each run. */
function withoutChance(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "6f1c…")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "AT")
    .replaceAll(/"timestamp":\d+/g, '"timestamp":AT')
    .trimEnd();
}

/** Starts a program that ends with the test. */
function start(t: Test, command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], detached: true });
  t.teardown(async () => {
    // With what it has started.
    if (child.pid !== undefined) process.kill(-child.pid);
    await once(child, "close");
  });
  return child;
}

await withParts(t, [program("bash"), program("curl")], "what docs/http.md types is answered as it says", async (t) => {
  const { httpPort } = await aDaemon(t, { httpPort: "0", demo: "true" });
  let [token, answered] = ["", 0];
  for (const { command, answer } of blocks("sh").flatMap(stepsIn)) {
    if (/^(API|TOKEN)=/.test(command)) continue;
    const line = command.replaceAll("127.0.0.1:8081", `127.0.0.1:${httpPort}`);
    if (line.startsWith("chatd listen")) {
      const args = line.replace("8081", String(httpPort)).split(" ").slice(1);
      const child = start(t, CHATD, args);
      if (!child.stdout) throw new Error("it says nothing");
      const [first] = await once(createInterface(child.stdout), "line");
      t.equal(withoutChance(String(first)), withoutChance(answer ?? ""), command);
      continue;
    }
    const api = `http://127.0.0.1:${httpPort}/api/applications`;
    const { stdout } = await run("bash", ["-c", `API=${api} TOKEN=${token}\n${line.replace(/^curl/, "curl -s")}`]);
    // The application of the page is not the first: the demonstration has one of its name.
    token ||= /"token":"([^"]+)"/.exec(stdout)?.[1] ?? "";
    const seen = withoutChance(stdout).replace('"celtra-2"', '"celtra"');
    if (answer?.startsWith("ETag")) t.match(seen.toLowerCase(), answer.toLowerCase(), command);
    else if (answer !== null) t.equal(seen, withoutChance(answer), command);
    answered += answer === null ? 0 : 1;
  }
  t.ok(answered >= 5, "the page shows answers");
});

await withParts(t, [program("bash"), program("nc")], "the bot in bash greets whoever comes", async (t) => {
  const { port } = await aDaemon(t);
  const path = join(aFolder(t), "greet.sh");
  writeFileSync(path, blocks("bash").join(""));
  const one = await Client.login(t, port, "one");
  start(t, "bash", [path, "127.0.0.1", String(port)]);
  await one.expect("[*]: User greeter joined lobby.");
  await Client.login(t, port, "two");
  await one.expect("[greeter]: Welcome, two!");
});

await withParts(t, [program("python3")], "the bot in Python tells the time", async (t) => {
  const { port } = await aDaemon(t);
  const path = join(aFolder(t), "clock.py");
  writeFileSync(path, blocks("python").join(""));
  const one = await Client.login(t, port, "one");
  start(t, "python3", [path, "127.0.0.1", String(port)]);
  await one.expect("[*]: User clock joined lobby.");
  one.send("!time");
  await one.expect(/^\[clock\]: It is \d\d:\d\d UTC\.$/);
});

t.test("the bot in JavaScript brings events into a chat", async (t) => {
  const { port, httpPort } = await aDaemon(t, { httpPort: "0", demo: "true" });
  const url = `http://127.0.0.1:${httpPort}`;
  const post = async (path: string, body?: object): Promise<string> => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(url + path, { method: "POST", ...(body && { headers, body: JSON.stringify(body) }) });
    return await answer.text();
  };
  const { token } = JSON.parse(await post("/api/applications", { name: "shop" })) as { readonly token: string };
  await post(`/api/applications/${token}/chats`);
  const one = await Client.login(t, port, "one");
  one.send(`/enter shop ${token}`, "/join 1");
  await one.expect(/User one joined shop\/1/);
  const path = join(aFolder(t), "relay.mjs");
  writeFileSync(path, blocks("js").join(""));
  // The last events are sent first, so it does not matter which comes first, the event or the bot.
  await post("/tracking/celtra", { data: { order: 17 } });
  start(t, process.execPath, [path, url, token, "1"]);
  await one.expect('[relay@api]: {"order":17}');
});
