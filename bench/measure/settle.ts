import { setTimeout as sleep } from "node:timers/promises";
import { machineCpuSeconds, rssBytes } from "./proc.ts";

/** Waits for a second in which the machine used less than a tenth of a CPU, or says after one minute that none came. */
export async function quietMachine(signal: AbortSignal): Promise<void> {
  for (let second = 0; second < 60; second++) {
    const before = machineCpuSeconds();
    await sleep(1000, undefined, { signal });
    if (machineCpuSeconds() - before < 0.1) return;
  }
  process.stderr.write("  the machine is busy with something else\n");
}

/** Resident bytes of a process once they have been within 1 % for 4 seconds; the last reading after 40 seconds. */
export async function settledRssBytes(pid: number): Promise<number> {
  const recent: number[] = [];
  for (let poll = 0; poll < 80; poll++) {
    recent.push(rssBytes(pid));
    if (recent.length > 8) recent.shift();
    if (recent.length === 8 && Math.max(...recent) <= 1.01 * Math.min(...recent)) break;
    await sleep(500);
  }
  return rssBytes(pid);
}
