import { existsSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { aFolder } from "../support/sockets/daemon.ts";
import { ChatdProcess } from "../support/processes/process.ts";

t.test("migrate says whether there was a database", async (t) => {
  const folder = join(aFolder(t), "data");
  const migrate = async (): Promise<string> => {
    const chatd = ChatdProcess.start(t, ["migrate", "--data-dir", folder]);
    t.equal(await chatd.exited(), 0);
    return chatd.stdout;
  };
  const path = RegExp.escape(join(folder, "chatd.db"));
  t.match(await migrate(), new RegExp(`^sqlite:${path} is created and ready for chatd \\d+\\.\\d+\\.\\d+\\.\n$`));
  t.match(await migrate(), new RegExp(`^sqlite:${path} is ready for chatd \\d+\\.\\d+\\.\\d+\\.\n$`));
});

t.test("migrate tries what concerns the database, and nothing else", async (t) => {
  const folder = aFolder(t);
  const dataDir = join(folder, "data");
  const missing = join(folder, "missing");
  const others = ["--data-dir", dataDir, "--welcome", missing, "--tls-cert", missing, "--host", "nohost.invalid"];
  const good = ChatdProcess.start(t, ["migrate", "--database", `sqlite:${folder}/chatd.db`, ...others]);
  t.equal(await good.exited(), 0, good.stderr);
  t.notOk(existsSync(dataDir));
  const bad = ChatdProcess.start(t, ["migrate", "--database", `sqlite:${folder}/chatd.db/chatd.db`, ...others]);
  t.equal(await bad.exited(), 1);
  t.equal(
    bad.stderr,
    `chatd: --database sqlite:${folder}/chatd.db/chatd.db: the folder ${folder}/chatd.db cannot be made: ` +
      "a file is in its place. Choose another one.\n",
  );
});
