import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { ownerOfName } from "@apex/core";
import { expect, test } from "vitest";
import { writeFiles } from "../testing/configuration.ts";
import { createPrivateDirectory } from "./private-directory.ts";

test("what a killed process left behind is removed, also when its number is used again; everything else stays", async () => {
  const parent = writeFiles({});
  const first = await createPrivateDirectory(parent);
  const { pid, startTicks, pidNamespace } = ownerOfName(basename(first))!;
  const namespace = pidNamespace.replace(/\D/g, "");
  const ended = spawnSync("true").pid;
  const stay = [
    `apex-plan-${ended}-1-1-elsewhere`,
    "apex-plan-x",
    "other",
    `apex-state-${ended}-1-${namespace}-x`,
  ];
  const go = [
    `apex-plan-${ended}-${startTicks}-${namespace}-killed`,
    `apex-plan-${pid}-1-${namespace}-reused`,
  ];
  for (const name of [...stay, ...go]) mkdirSync(join(parent, name));
  const made = await createPrivateDirectory(parent);
  expect(readdirSync(parent).toSorted()).toEqual([basename(first), basename(made), ...stay].toSorted());
});
