import type { ChatdProcess } from "../processes/process.ts";

/** The port of the ops listener of a daemon that was started with `--ops-port 0`. */
export async function opsPortOf(chatd: ChatdProcess): Promise<number> {
  const started = /"opsPort":(\d+)/;
  await chatd.logged(started);
  return Number(started.exec(chatd.stderr)?.[1]);
}

/** What a metric without labels stands at. */
export async function readMetric(opsPort: number, name: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${opsPort}/metrics`);
  const value = new RegExp(`^${name} (\\S+)$`, "m").exec(await response.text())?.[1];
  if (value === undefined) throw new Error(`there is no metric ${name}`);
  return Number(value);
}
