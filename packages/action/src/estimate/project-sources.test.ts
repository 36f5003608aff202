import { mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeDirectory } from "../testing/action-run.ts";
import { projectSources } from "./project-sources.ts";
import { directoryTree } from "./side-tree.ts";

const FILES = {
  ".git/HEAD": "",
  "live/prod/main.tf": `
module "web" {
  source = "../../modules/web"
}
resource "aws_instance" "a" {
  user_data = templatefile("\${path.module}/init.sh", {})
  tags      = jsondecode(file("../../shared/tags.json"))
}
`,
  "live/prod/init.sh": "echo one",
  "live/prod/notes.md": "nobody reads this",
  "live/prod/terraform.tfvars": "",
  "live/prod/other.tfvars": "",
  "live/prod/scratch/old.tf": "",
  "live/staging/main.tf": 'module "db" {\n  source = "../../modules/db"\n}\n',
  "modules/web/main.tf": 'module "disk" {\n  source = "../disk"\n}\n',
  "modules/disk/main.tf": "",
  "modules/db/main.tf": 'locals {\n  all = fileset(path.module, "rules/*")\n}\n',
  "modules/db/rules/a.yaml": "",
  "shared/tags.json": "{}",
  "envs/prod.tfvars": "",
};

async function sourcesOf(directory: string, varFiles: readonly string[] = []) {
  const root = await realpath(await makeDirectory(onTestFinished));
  for (const [name, text] of Object.entries(FILES)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  const tree = await directoryTree(root);
  return { tree, sources: await projectSources(tree, { directory, varFiles }) };
}

test("a root module reads itself, the modules that it calls, and the files that it names", async () => {
  const { tree, sources } = await sourcesOf("live/prod", ["envs/prod.tfvars"]);
  expect(tree.files.filter((file) => sources.reads(file))).toEqual([
    "envs/prod.tfvars",
    "live/prod/init.sh",
    "live/prod/main.tf",
    "live/prod/terraform.tfvars",
    "modules/disk/main.tf",
    "modules/web/main.tf",
    "shared/tags.json",
  ]);
});

test("where a module reads what no text tells, everything beside it counts", async () => {
  const { tree, sources } = await sourcesOf("live/staging");
  expect(tree.files.filter((file) => sources.reads(file))).toEqual([
    "live/staging/main.tf",
    "modules/db/main.tf",
    "modules/db/rules/a.yaml",
  ]);
});

test("the digest follows what is read and nothing else, and ends at links out of the tree", async () => {
  const { tree, sources } = await sourcesOf("live/prod");
  const before = await sources.digest();
  await writeFile(path.join(tree.root, "live/prod/notes.md"), "still nobody");
  await writeFile(path.join(tree.root, "modules/db/main.tf"), "");
  expect(await sources.digest()).toBe(before);
  await writeFile(path.join(tree.root, "modules/disk/main.tf"), "# changed");
  const after = await sources.digest();
  expect(after).not.toBe(before);
  await symlink("/dev/zero", path.join(tree.root, "live/prod/endless.auto.tfvars"));
  expect(await sources.digest()).not.toBe(after);
});
