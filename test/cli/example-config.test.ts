import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import t from "tap";
import { ROOT } from "../../deploy/bundle.ts";
import { exampleConfig } from "../../src/cli/example-config.ts";
import { fromFile, resolveConfig } from "../../src/config/resolve.ts";
import { flagName } from "../../src/config/setting.ts";
import { settingEntries } from "../../src/config/settings.ts";

const NO_DEFAULT = settingEntries.filter(([, setting]) => setting.default === null).map(([name]) => flagName(name));

/** The example with the # taken away before every setting that has a default. */
function withDefaults(): string {
  const names = NO_DEFAULT.join("|");
  return exampleConfig().replaceAll(new RegExp(`^#(?![ #])(?!(?:${names}) =)`, "gm"), "");
}

t.test(
  "the example in the repository is up to date: bin/chatd check-config --example > chatd.example.toml",
  async (t) => {
    t.equal(readFileSync(join(ROOT, "chatd.example.toml"), "utf8"), exampleConfig());
  },
);

t.test("the example has every setting with its help, and changes nothing as it is", async (t) => {
  const example = exampleConfig();
  t.same(parse(example), {});
  for (const [name, { help }] of settingEntries) {
    t.match(example, `\n# ${help}\n#${flagName(name)} = `, name);
  }
});

t.test("every default in it is accepted, and is the default", async (t) => {
  const { source, problems } = fromFile("chatd.example.toml", parse(withDefaults()));
  t.same(problems, []);
  t.equal(source.size, settingEntries.length - NO_DEFAULT.length);
  const [resolved, defaults] = [resolveConfig([source]), resolveConfig([])];
  t.ok("config" in resolved && "config" in defaults);
  if ("config" in resolved && "config" in defaults) t.same(resolved.config, defaults.config);
});

t.test("no line is too long for a terminal of 120 columns", async (t) => {
  t.same(
    exampleConfig()
      .split("\n")
      .filter((line) => line.length > 120),
    [],
  );
});
