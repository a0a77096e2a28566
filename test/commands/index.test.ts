import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { commands } from "../../src/commands/index.ts";

const FOLDER = fileURLToPath(new URL("../../src/commands", import.meta.url));
/** What belongs to all commands, and is none: `command.ts` is a type. */
const SHARED = [
  "command.ts",
  "completions.ts",
  "dispatch.ts",
  "find-command.ts",
  "index.ts",
  "lookups.ts",
  "named-room.ts",
  "room-notes.ts",
  "typing-errors.ts",
];

t.test("every command has usage, help and a sound number of arguments", (t) => {
  for (const { name, usage, help, args } of commands) {
    t.match(usage, new RegExp(`^/${name}( |$)`), name);
    t.match(help, /^[a-z].*[^.]$/, `the help of ${name} is a phrase`);
    t.ok(args.min <= args.max, `${name} takes ${args.min} to ${args.max}`);
  }
  t.end();
});

t.test("names and other names are lower case, and none is given twice", (t) => {
  const names = commands.flatMap((command) => [command.name, ...command.aliases]);
  t.equal(new Set(names).size, names.length);
  for (const name of names) t.match(name, /^[a-z_?-]+$/);
  t.end();
});

t.test("every file of a command is in the table", (t) => {
  const files = readdirSync(FOLDER).filter((file) => !SHARED.includes(file));
  const expected = commands.map((command) => `${command.name.replaceAll("_", "-")}.ts`);
  t.same(files.toSorted(), expected.toSorted());
  t.end();
});

t.test("every file of a command, and what they share, has a test file", (t) => {
  for (const file of readdirSync(FOLDER).filter((file) => file !== "command.ts")) {
    t.ok(existsSync(new URL(file.replace(/\.ts$/, ".test.ts"), import.meta.url)), file);
  }
  t.end();
});
