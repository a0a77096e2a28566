import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { insteadOf, lastRefusals, refusals } from "../src/formats/text/refusal-sentences.ts";
import { texts } from "../src/formats/text/sentences.ts";

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

/** What stands for a name or a number in a sentence. */
const BLANK = "¤";
const MIN_LETTERS = 5;

/** Every sentence that chatd says, as a pattern for one of them alone. */
function sentencePatterns(): readonly RegExp[] {
  const blanks = new Proxy(
    { untilMicros: 0, nowMicros: 0 },
    { get: (times, name): unknown => Reflect.get(times, name) ?? BLANK },
  );
  const said = (text: unknown): readonly string[] => {
    if (typeof text === "string") return [text];
    if (typeof text === "function") {
      // Whatever it takes, be it a name, a number or nothing: only the sentence around it matters.
      const fill = text as (...filled: unknown[]) => string;
      return [fill(BLANK, BLANK, BLANK, BLANK), fill(BLANK, BLANK, null, null), fill(null, null, null, null)];
    }
    return Object.values(text ?? {}).flatMap(said);
  };
  const refused = Object.values(refusals).map((text) =>
    typeof text === "string" ? text : (text as (args: object) => string)(blanks),
  );
  const all = [...said(texts), ...refused, ...said(lastRefusals), ...insteadOf.values()].flatMap(sentencesOf);
  // Of some nothing is left without what fills them in: those would fit everything.
  const distinct = all.filter((sentence) => sentence.replaceAll(/\P{L}/gu, "").length >= MIN_LETTERS);
  return distinct.map((sentence) => new RegExp(`^${RegExp.escape(sentence).replaceAll(BLANK, "[^.]+")}$`));
}

function sentencesOf(text: string): readonly string[] {
  return text.split(/(?<=[.?]) (?=[A-Z\d/¤])/);
}

/** What looks like sentences among what a page quotes. */
function quotedSentences(page: string): readonly string[] {
  const quotes = proseOf(page)
    .join(" ")
    .matchAll(/`(?:\[\*\]: )?([A-Z][^`]*? [^`]*[.?])`/g);
  return Array.from(quotes, ([, quote = ""]) => quote.replaceAll(/ +/g, " ")).flatMap(sentencesOf);
}

t.test("what the pages for people quote is what chatd says", async (t) => {
  const patterns = sentencePatterns();
  for (const [page, atLeast] of [
    ["docs/protocol.md", 10],
    ["docs/guide.md", 0],
  ] as const) {
    const quoted = quotedSentences(page);
    t.ok(quoted.length >= atLeast, page);
    t.same(
      quoted.filter((sentence) => !patterns.some((pattern) => pattern.test(sentence))),
      [],
      page,
    );
  }
});
