import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Linux reports CPU time to programs in hundredths of a second, whatever the kernel's own tick is. */
const ticksPerSecond = 100;
const pageBytes = 4096;

export interface Usage {
  readonly seconds: number;
  /** CPU-seconds of all threads of the server. */
  readonly serverCpu: number;
  /** CPU-seconds of this process, which makes the load. */
  readonly loadCpu: number;
}

/** Starts measuring a server and this process; call the result for what was used since. */
export function startUsage(pid: number): () => Usage {
  const before = readings(pid);
  return () => {
    const after = readings(pid);
    return {
      seconds: after.seconds - before.seconds,
      serverCpu: after.serverCpu - before.serverCpu,
      loadCpu: after.loadCpu - before.loadCpu,
    };
  };
}

function readings(pid: number): Usage {
  const own = process.cpuUsage();
  return {
    seconds: performance.now() / 1000,
    serverCpu: processCpuSeconds(pid),
    loadCpu: (own.user + own.system) / 1e6,
  };
}

/** utime + stime of proc(5). The name before them, in parentheses, may hold spaces. */
function processCpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
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

function rssBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]) * pageBytes;
}
