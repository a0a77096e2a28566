import t from "tap";
import { currentBuild, describeBuild } from "../../src/cli/build.ts";

t.test("from the source there is no commit", async (t) => {
  const build = currentBuild();
  t.equal(build.commit, null);
  t.equal(describeBuild(build), `chatd ${build.version} (from source, Node ${process.version})`);
});

t.test("what was made of a commit tells it", async (t) => {
  t.equal(
    describeBuild({ version: "1.2.3", commit: "abc123" }),
    `chatd 1.2.3 (commit abc123, Node ${process.version})`,
  );
});
