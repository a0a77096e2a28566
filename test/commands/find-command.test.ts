import t from "tap";
import {
  closestCommand,
  closestName,
  didYouMean,
  findCommand,
  unknownCommand,
} from "../../src/commands/find-command.ts";
import { commands } from "../../src/commands/index.ts";
import { insteadOf } from "../../src/formats/text/refusal-sentences.ts";

t.test("a command is found by its name and by its other names", (t) => {
  t.equal(findCommand(commands, "join")?.name, "join");
  t.equal(findCommand(commands, "j")?.name, "join");
  t.equal(findCommand(commands, "create_private")?.name, "create_private");
  t.equal(findCommand(commands, "JOIN"), undefined);
  t.equal(findCommand(commands, "shrug"), undefined);
  t.end();
});

t.test("of a command that there is not, it is told what to do instead, or which one was probably meant", (t) => {
  for (const name of insteadOf.keys()) {
    t.equal(findCommand(commands, name), undefined, name);
    t.match(unknownCommand(commands, name), { code: "command-of-other-chats", args: { command: name } });
  }
  t.match(unknownCommand(commands, "jion"), { code: "unknown-command", args: { closest: "join" } });
  t.match(unknownCommand(commands, "constructor"), { code: "unknown-command", args: { closest: null } });
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

const NAMES = ["serve", "check-config", "migrate", "admin", "port", "ops-port"];

t.test("a name is meant where few letters are wrong or swapped", async (t) => {
  t.equal(closestName(NAMES, "srve"), "serve");
  t.equal(closestName(NAMES, "check-conf"), "check-config");
  t.equal(closestName(NAMES, "prot"), "port");
  t.equal(closestName(NAMES, "serve"), "serve");
});

t.test("of two names the one with the same first letter is meant", async (t) => {
  t.equal(closestName(["cost", "host"], "hosts"), "host");
  t.equal(closestName(["bosts", "hosts"], "hxsts"), "hosts");
});

t.test("what is far from all names, or shorter than three letters, means none", async (t) => {
  for (const typed of ["", "po", "colour", "nonsense"]) t.equal(closestName(NAMES, typed), null, typed);
  t.equal(closestName(["ab"], "abc"), null, "a name of two letters is close to everything");
});

t.test("a suggestion is a sentence, and nothing where there is none", async (t) => {
  t.equal(didYouMean("port"), " Did you mean port?");
  t.equal(didYouMean(null), "");
});
