import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { parse } from "tap-yaml";
import { currentBuild, ROOT } from "../../deploy/bundle.ts";
import { ARCHITECTURES, releaseFiles } from "../../deploy/release-files.ts";
import { resolveConfig, fromEnvironment } from "../../src/config/resolve.ts";
import { variableName } from "../../src/config/setting.ts";
import { settingEntries } from "../../src/config/settings.ts";
import { aFolder } from "../support/sockets/daemon.ts";
import { program, withParts } from "../../tools/parts.ts";

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly environment?: Record<string, string>; readonly secrets?: readonly string[] }>
  >;
  readonly networks: { readonly chat: { readonly ipam: { readonly config: readonly [{ readonly subnet: string }] } } };
  readonly secrets: Readonly<Record<string, unknown>>;
}

/** What people apply. */
const DEPLOYMENTS = ["terraform", "terraform/examples/one-server"];

/** The files that say what to download or to make for a deployment. */
function guidesOf(folder: string): string[] {
  return [`${folder}/README.md`, `${folder}/terraform.tfvars`];
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

t.test("every variable that the deployments set is a setting", async (t) => {
  // The file that settings may be in is named by a variable alone.
  const known = new Set([...settingEntries.map(([name]) => variableName(name)), "CHATD_CONFIG"]);
  const files = globSync(["deploy/{systemd/*,debian/*,*.yaml,Dockerfile}", "terraform/**/*.tf{,tpl}"], { cwd: ROOT });
  t.ok(files.length >= 30);
  for (const file of files) {
    const named = read(file).match(/\bCHATD_[A-Z_]+\b/g) ?? [];
    t.same(
      named.filter((name) => !known.has(name)),
      [],
      `${file}: ${named.length} variables`,
    );
  }
});

t.test("what the containers are told is a good configuration, and the balancer is believed", async (t) => {
  const compose = parse(read("deploy/compose.yaml")) as Compose;
  const environment = compose.services["chatd"]?.environment ?? {};
  const resolved = resolveConfig([fromEnvironment(environment).source]);
  t.notOk("problems" in resolved);
  t.equal(environment["CHATD_TRUSTED_PROXY"], compose.networks.chat.ipam.config[0].subnet);
  for (const [name, { secrets = [] }] of Object.entries(compose.services))
    for (const secret of secrets) t.ok(secret in compose.secrets, `${name} has ${secret}`);
});

t.test("the image takes the files that are made here", async (t) => {
  const copied = Array.from(read("deploy/Dockerfile").matchAll(/^COPY .*(dist\/chatd-\*-linux-(\w+)) /gm));
  t.same(
    copied.map(([, , architecture]) => architecture),
    ARCHITECTURES,
  );
});

t.test("what people are told to install are the files that are made here", async (t) => {
  const { version } = currentBuild();
  const made = releaseFiles(version);
  const named = (path: string): string[] =>
    read(path).match(/\bchatd[-_]\d[\w.-]*\w|\bchatd\.(?:service|socket)\b/g) ?? [];
  for (const path of ["README.md", "docs/operations.md", ...DEPLOYMENTS.flatMap(guidesOf)]) {
    const names = named(path);
    t.ok(names.length > 0, path);
    t.same(
      names.filter((name) => !made.includes(name)),
      [],
      path,
    );
  }
  t.same(
    made.filter((name) => !named("docs/operations.md").includes(name)),
    [],
    "docs/operations.md has all of them",
  );
});

await withParts(
  t,
  [program("openssl")],
  "the password is made so that the containers' users can read it",
  async (t) => {
    const command = /openssl rand .* deploy\/password\.txt/;
    const [made] = command.exec(read("docs/operations.md")) ?? [""];
    t.match(read("deploy/compose.yaml"), `#   ${made}\n`, "both files say the same");
    t.match(parse(read("deploy/compose.yaml")), { secrets: { password: { file: "./password.txt" } } });
    const folder = aFolder(t);
    mkdirSync(join(folder, "deploy"));
    execFileSync("sh", ["-c", `umask 077; ${made}`], { cwd: folder });
    const file = join(folder, "deploy/password.txt");
    t.equal(statSync(file).mode & 0o777, 0o644);
    t.match(readFileSync(file, "utf8"), /^[0-9a-f]{48}\n$/);
  },
);

for (const folder of DEPLOYMENTS) {
  t.test(`the README of ${folder} has every input and output, as they are`, async (t) => {
    const readme = read(`${folder}/README.md`).replaceAll(/ +/g, " ");
    const variables = globSync(`${folder}/variables*.tf`, { cwd: ROOT }).map(read).join("\n");
    const inputs = Array.from(variables.matchAll(/^variable "(\w+)" \{\n(.*?)^\}/gms), ([, name, body = ""]) => {
      const [, description = ""] = /^ +description = "(.*)"$/m.exec(body) ?? [];
      const [, type] = /^ +type += (\w+)/m.exec(body) ?? [];
      const [, value] = /^ {2}default += (.*)$/m.exec(body) ?? [];
      const shown = value === undefined ? "**required**" : `\`${value}\``;
      return `| \`${name}\` | ${type} | ${shown} | ${description.replaceAll('\\"', '"')} |`;
    });
    const outputs = Array.from(
      read(`${folder}/outputs.tf`).matchAll(/^output "(\w+)" \{\n +description = "(.*)"/gm),
      ([, name, description]) => `| \`${name}\` | ${description} |`,
    );
    const [, inputRows = ""] = /^## Inputs\n\n.*\n.*\n((?:\|.*\n)*)/m.exec(readme) ?? [];
    const [, outputRows = ""] = /^## Outputs\n\n.*\n.*\n((?:\|.*\n)*)/m.exec(readme) ?? [];
    t.ok(inputs.length > 10);
    t.same(inputRows.trim().split("\n").toSorted(), inputs.toSorted());
    t.same(outputRows.trim().split("\n").toSorted(), outputs.toSorted());
  });
}

await withParts(t, [program("shellcheck")], "shellcheck finds nothing in any script", async (t) => {
  const files = globSync(["bin/*", ".ci/*", "{deploy,terraform}/**/*"], { cwd: ROOT }).filter((path) =>
    statSync(join(ROOT, path)).isFile(),
  );
  const scripts = files.filter((path) => /^#!.*\b(?:ba)?sh\b/.test(read(path)));
  t.ok(scripts.includes("bin/chatd") && scripts.includes(".ci/run"));
  // What terraform renders is looked at when it is (boot.test.ts).
  const checked = scripts.filter((path) => !path.endsWith(".tftpl"));
  execFileSync("shellcheck", checked, { cwd: ROOT, stdio: "inherit" });
});
