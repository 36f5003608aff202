import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, utimesSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { writeFiles } from "../testing/configuration.ts";
import { createPrivateDirectory } from "./private-directory.ts";

test("what a killed process left behind is removed once it is old; everything else stays", async () => {
  const parent = writeFiles({ "apex-plan-1-file/inner/terraform.tfstate": "{}" });
  const ended = spawnSync("true").pid;
  const old = new Date(Date.now() - 3 * 60 * 60 * 1000);
  for (const name of [`apex-plan-${ended}-old`, `apex-plan-${process.pid}-own`, "apex-plan-x", "other"]) {
    mkdirSync(join(parent, name));
    utimesSync(join(parent, name), old, old);
  }
  mkdirSync(join(parent, `apex-plan-${ended}-new`));
  const made = await createPrivateDirectory(parent);
  expect(readdirSync(parent).sort()).toEqual(
    [
      "apex-plan-1-file",
      basename(made),
      `apex-plan-${ended}-new`,
      `apex-plan-${process.pid}-own`,
      "apex-plan-x",
      "other",
    ].sort(),
  );
});
