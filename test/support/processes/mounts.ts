import { type Part, runs } from "../../../tools/parts.ts";

/** Mounts that only one process sees, and that are gone with it. */
export const mounts: Part = { name: "mounts", isHere: () => runs("unshare", ["--mount", "--map-root-user", "true"]) };

/** For `ChatdProcess.start`: the file or folder cannot be written, whoever tries. */
export function readOnly(path: string): string[] {
  return mounted('mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"', path);
}

/** For `ChatdProcess.start`: the folder is a disk of its own, of so many KiB. See `seenBy`. */
export function smallDisk(folder: string, kilobytes: number): string[] {
  return mounted(`mount -t tmpfs -o size=${kilobytes}k tmpfs "$0"`, folder);
}

/** A path as the process sees it that has mounts of its own. */
export function seenBy(pid: number | undefined, path: string): string {
  return `/proc/${pid}/root${path}`;
}

function mounted(mount: string, path: string): string[] {
  return ["unshare", "--mount", "--map-root-user", "sh", "-c", `${mount} && exec "$@"`, path];
}
