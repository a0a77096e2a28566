import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Test } from "tap";
import { ROOT } from "../../../deploy/bundle.ts";
import { aFolder } from "../sockets/daemon.ts";
import { anExecutable } from "./executable.ts";
import { type Part, program } from "../../../tools/parts.ts";

/** Starts the machine's own systemd in a copy of the file system: `boot [--files DIR] -- COMMAND`. */
export const SANDBOX = process.env["CHATD_TEST_SYSTEMD_SANDBOX"] ?? "";

export const sandboxPart: Part = {
  name: "systemd-sandbox",
  isHere: () => SANDBOX !== "" && existsSync(SANDBOX) && process.getuid?.() === 0 && program("systemctl").isHere(),
};

/** A file of a machine: what is in it, or where to copy it from. */
export type MachineFile = { readonly text: string; readonly mode?: number } | { readonly from: string };

/** Of a machine where chatd was installed as the README says. */
export async function installed(t: Test): Promise<Record<string, MachineFile>> {
  const units = ["chatd.service", "chatd.socket"].map((name): [string, MachineFile] => [
    `/etc/systemd/system/${name}`,
    { from: join(ROOT, "deploy/systemd", name) },
  ]);
  return { ...Object.fromEntries(units), "/usr/local/bin/chatd": { from: await anExecutable(t) } };
}

/** Writes the files as the root of a machine, and returns the folder. */
export function laidOut(t: Test, files: Readonly<Record<string, MachineFile>>): string {
  const folder = aFolder(t);
  // It becomes the root, which everybody may enter.
  chmodSync(folder, 0o755);
  for (const [path, file] of Object.entries(files)) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    if ("from" in file) copyFileSync(file.from, target);
    else {
      writeFileSync(target, file.text);
      chmodSync(target, file.mode ?? 0o644);
    }
  }
  return folder;
}
