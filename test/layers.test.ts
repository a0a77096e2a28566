import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import { aFolder } from "./support/sockets/daemon.ts";
import { type Import, Imports } from "./support/imports.ts";

/** From the inside out: each may import from its own folder and from those before it. */
const LAYERS: readonly (readonly string[])[] = [
  ["domain"],
  ["ports"],
  ["streams"],
  ["chat"],
  ["formats"],
  ["gate"],
  ["net"],
  ["commands"],
  ["postgres"],
  ["presence"],
  ["telnet", "http", "store", "bus", "watch", "aws", "systemd"],
  ["config"],
  ["daemon"],
  ["cli"],
];
/** They know no socket, file, clock, logger or library, but for these. */
const PURE: ReadonlyMap<string, readonly string[]> = new Map([
  ["domain", ["ms", "ipaddr.js", "sorted-btree", "node:net"]],
  ["ports", []],
  ["streams", []],
  ["chat", []],
  ["formats", []],
]);
/** They hang on ports and domain alone, and on what they share. */
const IMPLEMENTATIONS = ["postgres", "presence", "store", "bus"];
const INNER = ["domain", "ports", "postgres"];

const project = new Imports(fileURLToPath(new URL("..", import.meta.url)));

/** `src/telnet/listener.ts` is in `telnet`, `src/daemon.ts` is `daemon`. */
function folderOf(file: string): string {
  return /^src\/([^/.]+)/.exec(file)?.[1] ?? "";
}

function layerOf(file: string): number {
  return LAYERS.findIndex((folders) => folders.includes(folderOf(file)));
}

/** Why a file must not import this; null: it may. */
function objection(file: string, { target, isPackage, isTypeOnly }: Import): string | null {
  const folder = folderOf(file);
  if (isPackage) {
    return PURE.get(folder)?.includes(target) === false ? `${file} imports ${target}, and ${folder} is pure` : null;
  }
  if (folderOf(target) === folder) return null;
  if (layerOf(target) < 0) return `${file} imports ${target}, which is in no layer`;
  if (layerOf(target) > layerOf(file)) return `${file} imports ${target}, which is further out`;
  if (folder === "formats" && !["domain", "ports"].includes(folderOf(target))) return `${file} imports ${target}`;
  if (IMPLEMENTATIONS.includes(folder) && !INNER.includes(folderOf(target))) return `${file} imports ${target}`;
  // Parts that stand side by side are put together by the daemon; they may know each other's types.
  if (layerOf(target) === layerOf(file) && !isTypeOnly) return `${file} imports ${target}, which stands beside it`;
  return null;
}

function objections(imports: Imports): string[] {
  return imports
    .files("src/**/*.ts")
    .flatMap((file) => imports.of(file).map((imported) => objection(file, imported)))
    .filter((found) => found !== null);
}

/** A small project with these files. */
function aProject(t: Test, files: Readonly<Record<string, string>>): Imports {
  const root = aFolder(t);
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), source);
  }
  return new Imports(root);
}

t.test("every file of src is in a layer", async (t) => {
  const files = project.files("src/**/*.ts");
  t.ok(files.length > 50);
  t.same(
    files.filter((file) => layerOf(file) < 0),
    [],
  );
});

t.test("imports point from the outside in", async (t) => {
  t.same(objections(project), []);
});

t.test("every file of src that does something is loaded by a test", async (t) => {
  t.same(project.untested(), []);
});

t.test("an import that points outwards, sideways or out of a pure folder would be found", async (t) => {
  const imports = aProject(t, {
    "src/domain/a.ts":
      'import { readFileSync } from "node:fs";\nimport ms from "ms";\nimport type { B } from "../chat/b.ts";\n',
    "src/chat/b.ts": 'import {\n  a,\n  type A,\n} from "../domain/a.ts";\nexport * from "../commands/c.ts";\n',
    "src/commands/c.ts": 'import { debounce } from "some-library";\nconst f = await import("../daemon/daemon.ts");\n',
    "src/formats/text/g.ts": 'import type { B } from "../../chat/b.ts";\n',
    "src/bus/h.ts": 'import type { B } from "../chat/b.ts";\n',
    "src/telnet/d.ts": 'import { e } from "../http/e.ts";\nimport type { E } from "../http/e.ts";\nimport "./d2.ts";\n',
    "src/store/f.ts": 'import { port } from "../config/values.ts";\nimport { x } from "../odd/x.ts";\n',
    "src/daemon/daemon.ts": 'import { e } from "../http/e.ts";\nimport { load } from "../config/load.ts";\n',
  });
  t.same(objections(imports), [
    "src/bus/h.ts imports src/chat/b.ts",
    "src/chat/b.ts imports src/commands/c.ts, which is further out",
    "src/commands/c.ts imports src/daemon/daemon.ts, which is further out",
    "src/domain/a.ts imports node:fs, and domain is pure",
    "src/domain/a.ts imports src/chat/b.ts, which is further out",
    "src/formats/text/g.ts imports src/chat/b.ts",
    "src/store/f.ts imports src/config/values.ts, which is further out",
    "src/store/f.ts imports src/odd/x.ts, which is in no layer",
    "src/telnet/d.ts imports src/http/e.ts, which stands beside it",
  ]);
});

t.test("a file that no test loads would be found", async (t) => {
  const imports = aProject(t, {
    "test/a.test.ts": 'import { help } from "./support/help.ts";\nimport type { T } from "../src/only-its-type.ts";\n',
    "test/support/help.ts": 'export { a } from "../../src/a.ts";\nnew URL("../../bin/chatd", import.meta.url);\n',
    "test/support/unused.ts": 'import { b } from "../../src/for-nobody.ts";\n',
    "bin/chatd": '#!/bin/sh\nexec node "$root/src/main.ts" "$@"\n',
    "src/main.ts": 'console.log("hello");\n',
    "src/a.ts": 'new Worker(new URL("./thread.ts", import.meta.url));\nexport const a = 1;\n',
    "src/thread.ts": "serve();\n",
    "src/types.ts":
      "/** Nothing to run. */\nexport interface T {\n  readonly a: 1;\n}\n\nexport type U =\n  | 1\n  | 2;\n",
    "src/only-its-type.ts": "export class T {}\n",
    "src/for-nobody.ts": "export const b = 1;\n",
    "src/lonely.ts": 'import { a } from "./a.ts";\n\nexport function lonely(): void {}\n',
  });
  t.same(imports.untested(), ["src/for-nobody.ts", "src/lonely.ts", "src/only-its-type.ts"]);
});
