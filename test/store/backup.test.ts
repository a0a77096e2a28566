import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { writeBackup } from "../../src/store/sqlite/backup.ts";
import { aFolder } from "../support/sockets/daemon.ts";

t.test("a file of somebody else's is not touched, whatever it is called", async (t) => {
  const folder = aFolder(t);
  const path = join(folder, "copy.db");
  writeFileSync(`${path}.partial`, "precious");
  await writeBackup(
    "",
    path,
    async (copy) => writeFileSync(copy, "all of it"),
    () => {},
  );
  t.equal(readFileSync(path, "utf8"), "all of it");
  t.equal(readFileSync(`${path}.partial`, "utf8"), "precious");
  t.equal(readdirSync(folder).length, 2);
});

t.test("what has come to its name meanwhile stays, and nothing else", async (t) => {
  const folder = aFolder(t);
  const path = join(folder, "copy.db");
  const copyTo = async (): Promise<void> => writeFileSync(path, "precious");
  await t.rejects(
    writeBackup("", path, copyTo, () => {}),
    { code: "broken", message: `${path} already exists. Choose another name for the backup.` },
  );
  t.equal(readFileSync(path, "utf8"), "precious");
  t.same(readdirSync(folder), ["copy.db"]);
});

t.test("only its owner may read it, while it is written too", async (t) => {
  const path = join(aFolder(t), "copy.db");
  const modes: number[] = [];
  const look = (file: string): unknown => modes.push(statSync(file).mode & 0o777);
  await writeBackup(
    "",
    path,
    async (copy) => void look(copy),
    () => {},
  );
  look(path);
  t.same(modes, [0o600, 0o600]);
});
