import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MAX_COLUMNS = 128;
/** The bench writes the sentences beside its tables, and a list of changes grows at all its ends. */
const ANY_WIDTH = ["docs/benchmarks.md", "CHANGELOG.md"];

const pages = globSync(["*.md", "docs/*.md", "terraform/**/*.md"], { cwd: ROOT });

/** The lines of a page that are no code. */
function proseOf(page: string): readonly string[] {
  let isCode = false;
  return readFileSync(join(ROOT, page), "utf8")
    .split("\n")
    .filter((line) => {
      const isFence = line.trimStart().startsWith("```");
      if (isFence) isCode = !isCode;
      return !isCode && !isFence;
    });
}

/** The names by which GitHub links to the headings of a page. */
function anchorsOf(page: string): readonly string[] {
  return proseOf(page)
    .filter((line) => line.startsWith("#"))
    .map((line) =>
      line
        .replace(/^#+ /, "")
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );
}

t.test("every link within the repository leads somewhere", async (t) => {
  t.ok(pages.length >= 12);
  for (const page of pages) {
    const targets = Array.from(
      proseOf(page)
        .join("\n")
        .matchAll(/\]\(([^)\s]+)\)/g),
      ([, target = ""]) => target,
    );
    const broken = targets.filter((target) => {
      if (/^https?:/.test(target)) return false;
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      return !existsSync(join(ROOT, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
    });
    t.same(broken, [], page);
  }
});

t.test(`prose has at most ${MAX_COLUMNS} columns; a word that is longer stands alone`, async (t) => {
  for (const page of pages.filter((one) => !ANY_WIDTH.includes(one))) {
    const long = proseOf(page).filter(
      (line) => line.length > MAX_COLUMNS && !/^(\||!\[)/.test(line) && line.trim().includes(" "),
    );
    t.same(long, [], page);
  }
});
