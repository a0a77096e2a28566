import { readFileSync } from "node:fs";
import { apiKey } from "./values.ts";

/** Returns the keys of a file, one a line. Throws the system's error, or a sentence that shows no key. */
export function readApiKeys(path: string): readonly string[] {
  const keys: string[] = [];
  for (const [i, line] of readFileSync(path, "utf8").split("\n").entries()) {
    const key = line.trim();
    if (key === "") continue;
    const { success, error } = apiKey.safeParse(key);
    if (!success) throw new Error(`line ${i + 1}: ${error.issues[0]?.message}`);
    keys.push(key);
  }
  if (keys.length === 0) throw new Error("there is no key in this file. Write each on a line of its own.");
  return keys;
}
