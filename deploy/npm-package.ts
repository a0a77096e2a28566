/** `npm pack` runs this: JavaScript for the package, which npm's own packages are installed beside. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { bundleForNpm, ROOT } from "./bundle.ts";

const folder = join(ROOT, "dist/npm");
rmSync(folder, { recursive: true, force: true });
await bundleForNpm(folder);
