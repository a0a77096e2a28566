import { machineCpuSeconds, processCpuSeconds } from "./proc.ts";

export interface Usage {
  readonly seconds: number;
  /** CPU-seconds of all threads of the server. */
  readonly serverCpu: number;
  /** CPU-seconds of this process, which makes the load. */
  readonly loadCpu: number;
  /** CPU-seconds of everything else on the machine: what disturbed the measurement. */
  readonly othersCpu: number;
}

/** Starts measuring a server and this process; call the result for what was used since. */
export function startUsage(pid: number): () => Usage {
  const before = readings(pid);
  return () => {
    const after = readings(pid);
    const seconds = after.seconds - before.seconds;
    const serverCpu = after.serverCpu - before.serverCpu;
    const loadCpu = after.loadCpu - before.loadCpu;
    const othersCpu = Math.max(0, after.machineCpu - before.machineCpu - serverCpu - loadCpu);
    return { seconds, serverCpu, loadCpu, othersCpu };
  };
}

function readings(pid: number) {
  return {
    seconds: performance.now() / 1000,
    serverCpu: processCpuSeconds(pid),
    loadCpu: processCpuSeconds(process.pid),
    machineCpu: machineCpuSeconds(),
  };
}
