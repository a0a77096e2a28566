import { execFileSync } from "node:child_process";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Test } from "tap";
import { aFolder } from "../sockets/daemon.ts";
import { type Part, program, runs } from "../../../tools/parts.ts";

export const loopDevicePart: Part = {
  name: "loop-device",
  isHere: () =>
    process.getuid?.() === 0 &&
    [program("losetup"), program("mkfs.xfs")].every((part) => part.isHere()) &&
    runs("losetup", ["--find"]),
};

/** A disk that outlives machines: a file, which the kernel shows as a block device. It goes when the test ends. */
export class Volume {
  /** Of a new one. XFS makes nothing smaller than 300 MiB. */
  static readonly SIZE_BYTES = 512 * 1024 * 1024;
  readonly #id: string;
  readonly #file: string;
  readonly #device: string;

  /** @param id as AWS names it */
  constructor(t: Test, id: string) {
    this.#id = id;
    this.#file = join(aFolder(t), "volume");
    writeFileSync(this.#file, "");
    truncateSync(this.#file, Volume.SIZE_BYTES);
    this.#device = execFileSync("losetup", ["--find", "--show", this.#file], { encoding: "utf8" }).trim();
    t.teardown(() => execFileSync("losetup", ["--detach", this.#device]));
  }

  /** Shell commands that make it appear on a machine, as udev does. */
  get attaching(): string {
    const number = /\d+$/.exec(this.#device)?.[0];
    const link = `/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${this.#id.replace("-", "")}`;
    return `mknod /dev/nvme1n1 b 7 ${number} && mkdir -p /dev/disk/by-id && ln -s ../../nvme1n1 ${link}`;
  }

  /** Makes it twice as large. */
  grow(): void {
    truncateSync(this.#file, Volume.SIZE_BYTES * 2);
    execFileSync("losetup", ["--set-capacity", this.#device]);
  }
}
