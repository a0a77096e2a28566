import t, { type Test } from "tap";
import { withParts } from "../../../tools/parts.ts";
import { ChatdProcess, LAUNCHER } from "../../support/processes/process.ts";
import { script, Terminal } from "../../support/processes/terminal.ts";
import { Client } from "../../support/sockets/client.ts";
import { aDaemon, aFolder } from "../../support/sockets/daemon.ts";

type Said = Pick<ChatdProcess, "stdout" | "stderr"> & { readonly code: number | null };

async function run(t: Test, folder: string, ...args: readonly string[]): Promise<Said> {
  const chatd = ChatdProcess.start(t, ["admin", "application", ...args, "--data-dir", folder]);
  const code = await chatd.exited();
  return { code, stdout: chatd.stdout, stderr: chatd.stderr };
}

t.test("the operator makes, opens, closes and ends applications, and no token comes into the log", async (t) => {
  const folder = aFolder(t);
  const chatd = await ChatdProcess.serve(t, ["--data-dir", folder]);
  const answer = async (...args: readonly string[]) => (await run(t, folder, ...args)).stdout;
  const made = await answer("add", "celtra");
  const [, token = ""] = /^Application celtra made\. Its token is (\S{36})\n$/.exec(made) ?? [];
  t.match(await answer("add", "Our", "App"), /^Application app-3 made\. Its token is /);
  const one = await Client.login(t, chatd.port, "one");
  t.match(await one.ask("/enter celtra"), [
    "There is no application with this name, or this is not its token: /enter APP TOKEN.",
  ]);
  t.match(await one.ask(`/enter celtra ${token}`, "/create Planes", "/join Planes"), [/^Names of rooms/, /./, /./]);
  t.match(
    await answer("list"),
    /^HANDLE .*\nmain +1 +yes +yes +- +main\nceltra +1 +yes +no +\S{36} +celtra\napp-3 +0 +yes +no +\S{36} +Our App\n$/,
  );
  t.equal(await answer("open", "CELTRA"), "celtra is open.\n");
  t.equal(await answer("close", "celtra"), "celtra is not open any more.\n");
  t.equal(await answer("deactivate", "celtra"), "celtra is not active any more.\n");
  t.match(await one.ask("hello"), ["This application is not active: nothing may be said in its rooms now."]);
  t.equal(await answer("activate", "celtra"), "celtra is active.\n");
  const [, next = ""] = /^The token of celtra is (\S{36})\n$/.exec(await answer("token", "celtra")) ?? [];
  t.equal(await answer("remove", "celtra", "--yes"), "Application celtra has ended.\n");
  await one.expect("[*]: The operator destroyed room celtra/Planes.");
  await chatd.logged(/admin end-application.*celtra/);
  for (const act of ["add", "open", "close", "deactivate", "activate"]) {
    t.match(chatd.stderr, new RegExp(`admin ${act}-application.*celtra`), act);
  }
  t.match(chatd.stderr, /admin replace-token.*celtra/);
  for (const secret of [token, next]) t.notOk(`${chatd.stdout}${chatd.stderr}`.includes(secret), "a token in the log");
});

t.test("a mistake gets one line that says what to do, and exit code 1 or 2", async (t) => {
  const folder = aFolder(t);
  await aDaemon(t, { adminSocket: `${folder}/admin.sock` });
  const failed = async (code: number, stderr: string | RegExp, ...args: readonly string[]) => {
    const said = await run(t, folder, ...args);
    t.match({ ...said, stderr: "" }, { code, stdout: "" }, args.join(" "));
    t.match(said.stderr, stderr, args.join(" "));
  };
  const unknown = 'chatd: There is no application "nix". chatd admin application list shows them.\n';
  await failed(1, unknown, "open", "nix");
  await failed(1, unknown, "remove", "nix", "--yes");
  await failed(1, /^chatd: main has the rooms that need no application/, "deactivate", "main");
  await failed(1, /^chatd: main has the rooms that need no application/, "remove", "main", "--yes");
  await failed(1, "chatd: An application needs a name.\n", "add", " ");
  await failed(2, "chatd: application remove: there is no terminal to ask you at. Add --yes.\n", "remove", "nix");
  await failed(2, /missing required argument/, "add");
  await failed(2, /missing required argument/, "open");
  await failed(2, /too many arguments/, "open", "a", "b");
  await failed(2, /unknown command 'delete'/, "delete", "nix");
  await failed(2, /^Usage: chatd admin application /);
});

await withParts(t, [script], "on a terminal the operator is asked before an application ends", async (t) => {
  const folder = aFolder(t);
  await aDaemon(t, { adminSocket: `${folder}/admin.sock` });
  await run(t, folder, "add", "celtra");
  const nix = await Terminal.run(t, `${LAUNCHER} admin application remove nix --data-dir ${folder}`);
  t.equal(await nix.ended(), 1);
  t.match(nix.screen, 'There is no application "nix".');
  const answer = async (keys: string) => {
    const terminal = await Terminal.run(t, `${LAUNCHER} admin application remove celtra --data-dir ${folder}`);
    await terminal.sees("End application celtra for good, with all that was said in it? Rooms: 0. [y/N] ");
    terminal.type(keys);
    return { code: await terminal.ended(), screen: terminal.screen };
  };
  const kept = await answer("\n");
  t.equal(kept.code, 1);
  t.match(kept.screen, "\nchatd: application celtra was not ended.\n");
  const ended = await answer("y\n");
  t.equal(ended.code, 0);
  t.match(ended.screen, "Application celtra has ended.\n");
});
