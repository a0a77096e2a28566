import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

export interface Import {
  /** A file's path within the project, or the name of a package or of a part of Node. */
  readonly target: string;
  readonly isPackage: boolean;
  /** Gone when the program runs. */
  readonly isTypeOnly: boolean;
}

const FROM = /^(?:import|export)(?<type> type)?\b[^;"]*?\bfrom "(?<from>[^"]+)"/gm;
const BARE = /^import "(?<from>[^"]+)"|\bimport\("(?<from2>[^"]+)"\)/gm;
/** How a file names one that it starts as a thread or a process. */
const BESIDE = /new URL\("(?<path>[^"]+)", import\.meta\.url\)/g;
/** How the launcher names the program. */
const LAUNCHED = /\bsrc\/[\w./-]+\.ts\b/g;
/** A line that begins a statement which does something when the program runs. */
const RUNS = /^(?!import |export type |export interface |type |interface |[\s}\])/*]|$)/m;

/** The project's files and who imports whom; `root` is its folder. */
export class Imports {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Files that match, as paths within the project. */
  files(pattern: string): string[] {
    return globSync(pattern, { cwd: this.#root }).toSorted();
  }

  /** What a TypeScript file imports, with `import` or `export … from`. */
  of(file: string): Import[] {
    const source = this.#read(file);
    const found: Import[] = [];
    for (const { groups } of source.matchAll(FROM)) found.push(this.#import(file, groups?.["from"], groups?.["type"]));
    for (const { groups } of source.matchAll(BARE))
      found.push(this.#import(file, groups?.["from"] ?? groups?.["from2"]));
    return found;
  }

  /** Files of `src` that do something and that no test loads, in its own process or in one that it starts. */
  untested(): string[] {
    const reached = new Set<string>();
    const waiting = this.files("test/**/*.test.ts");
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      if (reached.has(file)) continue;
      reached.add(file);
      waiting.push(...this.#loads(file));
    }
    return this.files("src/**/*.ts").filter((file) => !reached.has(file) && RUNS.test(this.#read(file)));
  }

  #loads(file: string): string[] {
    const source = this.#read(file);
    if (!file.endsWith(".ts")) return source.match(LAUNCHED) ?? [];
    const imported = this.of(file).filter(({ isPackage, isTypeOnly }) => !isPackage && !isTypeOnly);
    const started = Array.from(source.matchAll(BESIDE), ([, path = ""]) => this.#within(file, path));
    return [...imported.map(({ target }) => target), ...started].filter((path) => this.#isFile(path));
  }

  #import(file: string, from = "", type?: string): Import {
    const isPackage = !from.startsWith(".");
    return { target: isPackage ? from : this.#within(file, from), isPackage, isTypeOnly: type !== undefined };
  }

  #within(file: string, path: string): string {
    return relative(this.#root, resolve(this.#root, dirname(file), path));
  }

  #read(file: string): string {
    return readFileSync(join(this.#root, file), "utf8");
  }

  #isFile(path: string): boolean {
    const whole = join(this.#root, path);
    return existsSync(whole) && statSync(whole).isFile();
  }
}
