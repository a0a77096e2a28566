/** Readings of proc(5), the only place that knows its formats. */
import { readdirSync, readFileSync } from "node:fs";

/** Linux reports CPU time to programs in hundredths of a second, whatever the kernel's own tick is. */
const ticksPerSecond = 100;
const pageBytes = 4096;

/** utime + stime of all threads. The name before them, in parentheses, may hold spaces. */
export function processCpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** The same in seconds as the scheduler counts them, to the nanosecond; of threads that still run. */
export function exactCpuSeconds(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce(
    (sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "latin1").split(" ")[0]) / 1e9,
    0,
  );
}

/** Everything but idle and waiting for a disk, of all CPUs together. */
export function machineCpuSeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = readFileSync("/proc/stat", "latin1")
    .split(/\s+/, 9)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) / ticksPerSecond;
}

/** Of a process and its children; those that end meanwhile do not count. */
export function treeCpuSeconds(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
  return [pid, ...(children === "" ? [] : children.split(" ").map(Number))].reduce((sum, one) => {
    try {
      return sum + processCpuSeconds(one);
    } catch {
      return sum;
    }
  }, 0);
}

export interface Output {
  /** Calls of write(2) and writev(2): to sockets, to files, and to wake other threads. send(2) is not counted. */
  readonly writes: number;
  readonly writtenBytes: number;
}

/** What the main thread has written. */
export function mainThreadOutput(pid: number): Output {
  const io = readFileSync(`/proc/${pid}/task/${pid}/io`, "latin1");
  return { writes: numberAfter(io, "syscw"), writtenBytes: numberAfter(io, "wchar") };
}

/** How often all threads of a process gave up the CPU, or had it taken away. */
export function contextSwitches(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
    const status = readFileSync(`/proc/${pid}/task/${thread}/status`, "latin1");
    return sum + numberAfter(status, "voluntary_ctxt_switches") + numberAfter(status, "nonvoluntary_ctxt_switches");
  }, 0);
}

function numberAfter(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1]);
}

export function rssBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]) * pageBytes;
}

/** How many files and sockets this process may have open; Node has raised it to the hard limit. */
export function openFilesLimit(): number {
  return Number(/^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1"))?.[1]);
}
