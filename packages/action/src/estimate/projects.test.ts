import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeDirectory } from "../testing/action-run.ts";
import { findProjects } from "./projects.ts";
import { directoryTree } from "./side-tree.ts";

const ROOT = 'provider "aws" {}\nresource "aws_eip" "one" {}\n';

test("a variable file counts for the root modules that have it, and is missed where none has it", async () => {
  const root = await makeDirectory(onTestFinished);
  const files = { "a/main.tf": ROOT, "a/envs/prod.tfvars": "", "b/main.tf": ROOT, "shared.tfvars": "" };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  const trees = [await directoryTree(root)];
  const find = (...varFiles: readonly string[]) => findProjects(trees, { prefix: "", paths: [], varFiles });
  expect(await find("envs/prod.tfvars", "shared.tfvars")).toEqual([
    { directory: "a", varFiles: ["a/envs/prod.tfvars", "shared.tfvars"] },
    { directory: "b", varFiles: ["shared.tfvars"] },
  ]);
  await expect(find("envs/prod.tfvars", "envs/test.tfvars")).rejects.toThrow(
    /var-files: there is no envs\/test\.tfvars in any root module \(a, b\) nor in the repository/,
  );
});
