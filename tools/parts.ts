import { execFileSync } from "node:child_process";
import type { Test } from "tap";

/** Something of the machine that a test needs and that may not be there. */
export interface Part {
  readonly name: string;
  isHere(): boolean;
}

/** A program on the PATH. */
export function program(name: string): Part {
  return { name, isHere: () => runs("sh", ["-c", `command -v ${name}`]) };
}

export function runs(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs the test where its parts are there, and skips it by name where one is missing; a missing part that
 * `CHATD_TEST_REQUIRE` lists (names, or `all` and `-` before the names of those that are not) fails instead.
 */
export async function withParts(
  t: Test,
  parts: readonly Part[],
  name: string,
  body: (t: Test) => Promise<unknown>,
): Promise<void> {
  const missing = parts.filter((part) => !part.isHere()).map((part) => part.name);
  const required = namesIn(process.env["CHATD_TEST_REQUIRE"] ?? "");
  const isRequired = (part: string): boolean => required.includes(part) || required.includes("all");
  const failing = missing.filter((part) => isRequired(part) && !required.includes(`-${part}`));
  if (failing.length > 0) await t.test(name, (failed) => Promise.reject(failed.fail(`missing: ${failing.join(", ")}`)));
  else if (missing.length > 0) await t.test(name, { skip: `needs ${missing.join(", ")}` }, () => {});
  else await t.test(name, body);
}

/** The names of parts in a list with commas or blanks between them. */
export function namesIn(list: string): string[] {
  return list.split(/[\s,]+/);
}
