/** The load process: is told what to do, does it, answers with what it measured, and ends. */
import { scenarios } from "../scenarios/index.ts";
import type { Effort, Measures } from "../scenarios/scenario.ts";
import type { Server } from "./target.ts";

export interface Order {
  readonly row: string;
  readonly server: Server;
  readonly effort: Effort;
}

export type Answer =
  { readonly type: "measured"; readonly measures: Measures } | { readonly type: "failed"; readonly problem: string };

/** Exits at once: there may be thousands of connections open, and the server is to be gone next. */
function answer(message: Answer): void {
  process.send?.(message, () => process.exit());
}

process.on("uncaughtException", (problem) => answer({ type: "failed", problem: problem.message }));
process.on("disconnect", () => process.exit(1));
process.once("message", (order: Order) => void carryOut(order));

/** A failure ends up with the uncaught ones. */
async function carryOut({ row, server, effort }: Order): Promise<void> {
  const found = scenarios.flatMap((scenario) => scenario.rows).find(({ key }) => key === row);
  if (found === undefined) throw new Error(`no row is called ${row}`);
  answer({ type: "measured", measures: await found.load(server, effort) });
}
