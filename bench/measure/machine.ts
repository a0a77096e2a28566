import { execFileSync } from "node:child_process";
import { statfsSync } from "node:fs";
import { availableParallelism, cpus, release, tmpdir } from "node:os";

const tmpfsMagic = 0x01021994;

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly kernel: string;
  readonly node: string;
  /** On tmpfs an fsync costs nothing, which flatters a durable store; TMPDIR chooses another place. */
  readonly databaseOn: "disk" | "tmpfs";
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    kernel: release(),
    node: process.version,
    databaseOn: statfsSync(tmpdir()).type === tmpfsMagic ? "tmpfs" : "disk",
  };
}

/** The commit that is measured, marked when files differ from it; "unknown" outside a repository. */
export function projectVersion(): string {
  const args = ["--no-optional-locks", "describe", "--always", "--dirty"];
  try {
    return execFileSync("git", args, { cwd: import.meta.dirname, encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return "unknown";
  }
}
