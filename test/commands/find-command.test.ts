import t from "tap";
import { closestCommand, findCommand } from "../../src/commands/find-command.ts";
import { commands } from "../../src/commands/index.ts";

t.test("a command is found by its name and by its other names", (t) => {
  t.equal(findCommand(commands, "join")?.name, "join");
  t.equal(findCommand(commands, "j")?.name, "join");
  t.equal(findCommand(commands, "create_private")?.name, "create_private");
  t.equal(findCommand(commands, "JOIN"), undefined);
  t.equal(findCommand(commands, "shrug"), undefined);
  t.end();
});

t.test(
  "the closest command is one with few letters wrong or swapped, and of two the one with the same first letter",
  (t) => {
    const closest = (name: string): string | undefined => closestCommand(commands, name)?.name;
    t.equal(closest("histroy"), "history");
    t.equal(closest("whispr"), "whisper");
    t.equal(closest("tpoic"), "topic");
    t.equal(closest("unbna"), "unban");
    t.equal(closest("xy"), undefined, "two letters are too few");
    t.equal(closest("elephant"), undefined);
    t.end();
  },
);
