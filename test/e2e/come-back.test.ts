import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import t from "tap";
import { ChatdProcess } from "../support/processes/process.ts";
import { Client } from "../support/sockets/client.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { until } from "../support/sockets/until.ts";

/** Whether so many people are kept in a database, each in so many rooms. */
function areKept(folder: string, people: number, rooms: number): boolean {
  const db = new DatabaseSync(join(folder, "chatd.db"), { readOnly: true });
  try {
    const rows = db.prepare("select json_array_length(place, '$.rooms') as rooms from people").all();
    return rows.length === people && rows.every((row) => row["rooms"] === rooms);
  } finally {
    db.close();
  }
}

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  t.test(`after ${signal} and a start people find their private room, with all that was said`, async (t) => {
    const folder = aFolder(t);
    const args = ["--data-dir", folder, "--grace", "10m", "--drain", "0"];
    const chatd = await ChatdProcess.serve(t, args);
    const [ann, ben] = [await Client.login(t, chatd.port, "ann"), await Client.login(t, chatd.port, "ben")];
    await ann.ask("/create_private Cellar", "/join Cellar", "/invite ben", "the key is under the mat");
    await ben.ask("/join Cellar");
    if (signal === "SIGKILL") await until(() => areKept(folder, 2, 2), "both are kept in two rooms");
    await chatd.end(signal);

    const next = await ChatdProcess.serve(t, args);
    const again = await Client.connect(t, next.port);
    again.name = "ben";
    again.send("ben");
    await again.expect(/^You are back in Cellar\./);
    t.match(await again.ask("/history"), [/-- last 1 line in Cellar/, /\[ann\]: the key is under the mat$/]);
    const owner = await Client.connect(t, next.port);
    owner.name = "ann";
    owner.send("ann");
    await owner.expect(/^You are back in Cellar\./);
    t.same(await owner.ask("/topic keys"), ["Topic set."]);
    await next.end("SIGINT");
  });
}
