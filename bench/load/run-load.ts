import { fork } from "node:child_process";
import type { Measures } from "../scenarios/scenario.ts";
import type { Answer, Order } from "./child.ts";

/** Past this a load process is stuck, and is ended. */
const limitMs = 10 * 60_000;

/** Has a load process of its own carry out the order. */
export function runLoad(order: Order, signal: AbortSignal): Promise<Measures> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL("child.ts", import.meta.url), { signal, timeout: limitMs, killSignal: "SIGKILL" });
    child.once("message", (answer: Answer) => {
      if (answer.type === "measured") resolve(answer.measures);
      else reject(new Error(answer.problem));
    });
    child.once("error", reject);
    child.once("exit", (code, by) => reject(new Error(`the load process ended (${by ?? code})`)));
    child.send(order);
  });
}
