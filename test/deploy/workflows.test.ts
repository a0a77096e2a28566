import { execFile, execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import t from "tap";
import { parse } from "tap-yaml";
import { ROOT } from "../../deploy/bundle.ts";
import { aDaemon, aFolder } from "../support/sockets/daemon.ts";
import { namesIn, program, withParts } from "../../tools/parts.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly uses?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const run = promisify(execFile);
const paths = globSync(".github/workflows/*.yml", { cwd: ROOT }).toSorted();
const workflows = paths.map((path) => ({ path, ...(parse(read(path)) as Workflow) }));
const jobs = workflows.flatMap(({ path, jobs }) =>
  Object.entries(jobs).map(([name, job]) => ({ name: `${path}: ${name}`, siblings: Object.keys(jobs), job })),
);
const steps = jobs.flatMap(({ name, job }) => (job.steps ?? []).map((step) => ({ name, step })));
const commands = steps.flatMap(({ name, step }) => (step.run === undefined ? [] : [{ name, run: step.run }]));

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

t.test("workflows may only read, but for the one job that publishes and runs nothing of the repository", async (t) => {
  t.same(paths, [".github/workflows/ci.yml", ".github/workflows/release.yml"]);
  for (const { path, permissions } of workflows) t.same(permissions, { contents: "read" }, path);
  const writers = jobs.filter(({ job }) => job.permissions);
  t.same(
    writers.map(({ name }) => name),
    [".github/workflows/release.yml: publish"],
  );
  const uses = writers.flatMap(({ job }) => job.steps ?? []).map(({ uses = "" }) => uses);
  t.notOk(uses.some((action) => action.startsWith("actions/checkout@")));
});

t.test("each action has one version, which is exact", async (t) => {
  const actions = steps.flatMap(({ step }) => step.uses ?? []);
  for (const action of actions) t.match(action, /^[\w-]+\/[\w-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40})$/);
  const names = new Set(actions.map((action) => action.split("@")[0]));
  t.equal(new Set(actions).size, names.size);
});

t.test("what jobs need and run is there", async (t) => {
  const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: Readonly<Record<string, string>> };
  for (const { name, siblings, job } of jobs) {
    for (const needed of [job.needs ?? []].flat()) t.ok(siblings.includes(needed), `${name} needs ${needed}`);
    if (job.uses !== undefined) t.ok(paths.includes(job.uses.replace("./", "")), `${name} uses ${job.uses}`);
  }
  for (const { name, run } of commands) {
    for (const [, script = ""] of run.matchAll(/\bnpm run ([\w:-]+)/g)) t.ok(script in scripts, `${name}: ${script}`);
    for (const [path] of run.matchAll(/(?<=^|[ '=])(\.ci|deploy|terraform|\.\/bin)(\/[\w.-]+)*\b/gm))
      t.ok(existsSync(join(ROOT, path)) || path === "deploy/password.txt", `${name}: ${path}`);
  }
});

t.test("what jobs take of each other is what another one has left", async (t) => {
  const left = jobs.flatMap(({ job }) =>
    uploads(job).flatMap((name) => (job.strategy?.matrix["folder"] ?? []).map((_, i) => name.replace(/\$.*/, `${i}`))),
  );
  t.same(left, ["build-0", "build-1"]);
  const taken = steps.filter(({ step }) => step.uses?.startsWith("actions/download-artifact@"));
  for (const { name, step } of taken) {
    const { name: artifact, pattern } = step.with ?? {};
    t.ok(pattern === "build-*" || left.includes(String(artifact)), name);
  }
});

function uploads({ steps = [] }: Job): string[] {
  return steps
    .filter(({ uses }) => uses?.startsWith("actions/upload-artifact@"))
    .map((step) => String(step.with?.["name"]));
}

t.test("the parts that the tests have to have there are parts", async (t) => {
  const sources = globSync("test/**/*.ts", { cwd: ROOT }).map(read);
  const known = sources.filter((source) => source.includes("/parts.ts") && !source.includes("CHATD_TEST_REQUIRE"));
  const required = jobs.flatMap(({ job }) => job.env?.["CHATD_TEST_REQUIRE"] ?? []).flatMap(namesIn);
  t.ok(required.length >= 15);
  for (const part of required)
    t.ok(
      known.some((source) => source.includes(`"${part}"`)),
      `"${part}"`,
    );
});

t.test("new versions are proposed of all that has versions, where it is", async (t) => {
  const { updates } = parse(read(".github/dependabot.yml")) as {
    readonly updates: readonly {
      readonly "package-ecosystem": string;
      readonly directory?: string;
      readonly directories?: readonly string[];
    }[];
  };
  const manifests: Record<string, string> = {
    npm: "package-lock.json",
    "github-actions": ".github/workflows",
    docker: "Dockerfile",
    "docker-compose": "compose.yaml",
    terraform: "versions.tf",
  };
  t.same(updates.map((update) => update["package-ecosystem"]).toSorted(), Object.keys(manifests).toSorted());
  for (const { "package-ecosystem": kind, directory = "", directories = [directory] } of updates) {
    const found = globSync(
      directories.map((where) => `.${where}/${manifests[kind]}`),
      { cwd: ROOT },
    );
    t.ok(found.length > 0, kind);
    if (kind === "terraform") t.same(found.toSorted(), globSync("terraform/**/versions.tf", { cwd: ROOT }).toSorted());
  }
});

await withParts(t, [program("shellcheck")], "shellcheck finds nothing in what workflows run", async (t) => {
  const folder = aFolder(t);
  const files = commands.map(({ run }, i) => {
    const file = join(folder, `${i}.sh`);
    // An expression is put in before the shell sees the line.
    writeFileSync(file, `#!/bin/bash -e\n${run.replaceAll(/\$\{\{.*?\}\}/g, "value")}\n`);
    return file;
  });
  t.ok(files.length > 20);
  execFileSync("shellcheck", files, { stdio: "inherit" });
});

await withParts(t, [program("nc")], "the workflows' talk finds its line in the history", async (t) => {
  const { port } = await aDaemon(t);
  const { stdout } = await run(join(ROOT, ".ci/talk"), ["127.0.0.1", String(port)]);
  t.match(stdout, "Welcome, visitor.");
  await t.rejects(run(join(ROOT, ".ci/talk"), ["127.0.0.1", "1"]));
});
