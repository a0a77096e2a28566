import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ROOT } from "../../deploy/bundle.ts";
import { aFolder } from "../support/daemon.ts";
import { executablePart } from "../support/executable.ts";
import { program, withParts } from "../support/parts.ts";
import { installed, type MachineFile, runOnMachine, sandboxPart } from "../support/sandbox.ts";

const UNITS = join(ROOT, "deploy/systemd");

await withParts(
  t,
  [program("systemd-analyze")],
  "systemd understands the units, and finds little exposed",
  async (t) => {
    const folder = aFolder(t);
    const service = join(folder, "chatd.service");
    // The program need not be installed here.
    const unit = readFileSync(join(UNITS, "chatd.service"), "utf8").replace(/^ExecStart=.*$/m, "ExecStart=/bin/true");
    writeFileSync(service, unit);
    copyFileSync(join(UNITS, "chatd.socket"), join(folder, "chatd.socket"));
    const analyze = (...args: readonly string[]): string =>
      // It says what it does not know on stderr, and ends with 0 all the same.
      execFileSync("sh", ["-c", '"$@" 2>&1', "sh", "systemd-analyze", ...args], { encoding: "utf8" });
    t.equal(analyze("verify", "--man=no", service, join(folder, "chatd.socket")), "");
    // Ends with 1 where the exposure is above 2.0 of 10.
    t.match(analyze("security", "--offline=true", "--threshold=20", "--no-pager", service), "exposure level");
  },
);

await withParts(t, [sandboxPart, executablePart], "under a real systemd", async (t) => {
  await runOnMachine(t, await installed(t), "deploy/inside/systemd.ts");
});

/**
 * As a known failure had it, where a server was deployed and did not run: no `Type=`, a command that puts the server into the background
 * and ends once it answers, and another that stops it.
 */
const BACKGROUND: Record<string, MachineFile> = {
  "/etc/systemd/system/background.service": {
    text: `[Service]
ExecStart=/usr/local/bin/background start
ExecStop=/usr/local/bin/background stop
Restart=always
RestartSec=100ms
`,
  },
  "/usr/local/bin/background": {
    text: `#!/bin/sh
case $1 in
  start)
    setsid sleep 1000 </dev/null >/dev/null 2>&1 &
    echo "started $!" >>/run/background.log
    ;;
  stop) echo stopped >>/run/background.log ;;
esac
`,
    mode: 0o755,
  },
};

await withParts(t, [sandboxPart, executablePart], "the failure of a server in the background", async (t) => {
  await runOnMachine(t, { ...(await installed(t)), ...BACKGROUND }, "deploy/inside/reference.ts");
});
