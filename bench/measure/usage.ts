import type { Server } from "../load/target.ts";
import { machineCpuSeconds, processCpuSeconds, treeCpuSeconds } from "./proc.ts";

export interface Usage {
  readonly seconds: number;
  /** CPU-seconds of all threads of the server, or of all nodes together. */
  readonly serverCpu: number;
  /** CPU-seconds of the database's processes, where it has its own. */
  readonly databaseCpu: number;
  /** CPU-seconds of this process, which makes the load. */
  readonly loadCpu: number;
  /** CPU-seconds of everything else on the machine: what disturbed the measurement. */
  readonly othersCpu: number;
}

/** Starts measuring a server and this process; call the result for what was used since. */
export function startUsage(server: Pick<Server, "nodes" | "database">): () => Usage {
  const before = readings(server);
  return () => {
    const after = readings(server);
    const seconds = after.seconds - before.seconds;
    const serverCpu = after.serverCpu - before.serverCpu;
    const databaseCpu = after.databaseCpu - before.databaseCpu;
    const loadCpu = after.loadCpu - before.loadCpu;
    const othersCpu = Math.max(0, after.machineCpu - before.machineCpu - serverCpu - databaseCpu - loadCpu);
    return { seconds, serverCpu, databaseCpu, loadCpu, othersCpu };
  };
}

function readings({ nodes, database }: Pick<Server, "nodes" | "database">) {
  return {
    seconds: performance.now() / 1000,
    serverCpu: nodes.reduce((sum, { pid }) => sum + processCpuSeconds(pid), 0),
    databaseCpu: database ? treeCpuSeconds(database.pid) : 0,
    loadCpu: processCpuSeconds(process.pid),
    machineCpu: machineCpuSeconds(),
  };
}
