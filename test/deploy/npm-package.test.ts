import { execFileSync } from "node:child_process";
import t from "tap";
import { currentBuild, ROOT } from "../../deploy/bundle.ts";
import { Client } from "../support/sockets/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { runs, withParts } from "../../tools/parts.ts";
import { runAlone } from "../support/machines/executable.ts";
import { HERE } from "../support/processes/process.ts";

/** What npm has kept of its registry is enough; where nothing is kept it has to be reached. */
const registry = {
  name: "npm-registry",
  isHere: () => runs("npm", ["view", "--prefer-offline", "fastify", "version"]),
};

await withParts(t, [registry], "what npm packs is what npx runs", async (t) => {
  const folder = aFolder(t);
  const npm = (cwd: string, ...args: readonly string[]): string =>
    execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const [packed] = JSON.parse(npm(ROOT, "pack", "--json", "--silent", "--pack-destination", folder)) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  const files = packed.files.map(({ path }) => path);
  t.same(
    ["bin/chatd", "dist/npm/main.mjs", "dist/npm/thread.mjs", "LICENSE", "README.md"].filter(
      (name) => !files.includes(name),
    ),
    [],
  );
  t.same(
    files.filter((path) => /^(src|test|bench|demo|deploy|terraform)\//.test(path) || path.endsWith(".ts")),
    [],
    "nothing that Node would have to strip of its types",
  );

  npm(folder, "install", "--prefer-offline", "--no-audit", "--no-fund", `./${packed.filename}`);
  const said = execFileSync("npx", ["--no-install", "chatd", "--version"], { cwd: folder, encoding: "utf8" });
  t.equal(said, `chatd ${currentBuild().version} (commit ${currentBuild().commit}, Node ${process.version})\n`);

  const chatd = runAlone(t, "node_modules/.bin/chatd", HERE, folder, process.env["PATH"]);
  const one = await Client.login(t, await chatd.listening(), "one");
  await one.ask("hello");
  t.match((await one.ask("/history")).at(-1), /^1 \d\d:\d\d \[one\]: hello$/);
  t.equal(await chatd.end("SIGTERM"), 0);
});
