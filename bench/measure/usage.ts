import type { Server } from "../load/target.ts";
import {
  contextSwitches,
  machineCpuSeconds,
  mainThreadOutput,
  type Output,
  processCpuSeconds,
  treeCpuSeconds,
} from "./proc.ts";

export interface Usage {
  readonly seconds: number;
  /** CPU-seconds of all threads of the server, or of all nodes together. */
  readonly serverCpu: number;
  /** CPU-seconds of the database's processes, where it has its own. */
  readonly databaseCpu: number;
  /** CPU-seconds of the processes that make the load. */
  readonly loadCpu: number;
  /** CPU-seconds of everything else on the machine: what disturbed the measurement. */
  readonly othersCpu: number;
  /** By the main threads of the nodes. */
  readonly output: Output;
  /** Of all threads of the nodes. */
  readonly contextSwitches: number;
}

/** Starts measuring a server and the load; call the result for what was used since. @param loads ids of the processes that make it */
export function startUsage(
  server: Pick<Server, "nodes" | "database">,
  loads: readonly number[] = [process.pid],
): () => Usage {
  const before = readings(server, loads);
  return () => {
    const after = readings(server, loads);
    const seconds = after.seconds - before.seconds;
    const serverCpu = after.serverCpu - before.serverCpu;
    const databaseCpu = after.databaseCpu - before.databaseCpu;
    const loadCpu = after.loadCpu - before.loadCpu;
    const othersCpu = Math.max(0, after.machineCpu - before.machineCpu - serverCpu - databaseCpu - loadCpu);
    const output = {
      writes: after.output.writes - before.output.writes,
      writtenBytes: after.output.writtenBytes - before.output.writtenBytes,
    };
    const switches = after.contextSwitches - before.contextSwitches;
    return { seconds, serverCpu, databaseCpu, loadCpu, othersCpu, output, contextSwitches: switches };
  };
}

function readings({ nodes, database }: Pick<Server, "nodes" | "database">, loads: readonly number[]) {
  const outputs = nodes.map(({ pid }) => mainThreadOutput(pid));
  return {
    output: {
      writes: outputs.reduce((sum, { writes }) => sum + writes, 0),
      writtenBytes: outputs.reduce((sum, { writtenBytes }) => sum + writtenBytes, 0),
    },
    contextSwitches: nodes.reduce((sum, { pid }) => sum + contextSwitches(pid), 0),
    seconds: performance.now() / 1000,
    serverCpu: nodes.reduce((sum, { pid }) => sum + processCpuSeconds(pid), 0),
    databaseCpu: database ? treeCpuSeconds(database.pid) : 0,
    loadCpu: loads.reduce((sum, pid) => sum + processCpuSeconds(pid), 0),
    machineCpu: machineCpuSeconds(),
  };
}
