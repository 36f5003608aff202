import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findRootModules } from "./find-root-modules.ts";

const RESOURCE = 'resource "aws_instance" "a" {}\n';

async function rootsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const checkout = await mkdtemp(path.join(tmpdir(), "apex-roots-"));
  onTestFinished(() => rm(checkout, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(checkout, name)), { recursive: true });
    await writeFile(path.join(checkout, name), text);
  }
  return findRootModules(checkout, Object.keys(files));
}

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ["a provider's settings", { "a/main.tf": `provider "aws" {}\n${RESOURCE}`, "b/main.tf": RESOURCE }, ["a"]],
  [
    "a backend, called or not",
    {
      "main.tf": 'terraform {\n  backend "s3" {}\n}\nmodule "a" {\n  source = "./a"\n}\n',
      "a/main.tf": "terraform {\n  cloud {\n  }\n}\n",
    },
    [".", "a"],
  ],
  [
    "no provider of a module that another calls",
    {
      "live/main.tf": 'provider "aws" {}\nmodule "m" {\n  source = "../modules/m/"\n}\n',
      "modules/m/main.tf": `provider "aws" {\n  alias = "x"\n}\n${RESOURCE}`,
    },
    ["live"],
  ],
  ["variable files", { "prod/main.tf": RESOURCE, "prod/prod.tfvars": "", "lib/main.tf": RESOURCE }, ["prod"]],
  [
    "what nothing calls, where nothing tells more",
    { "a/main.tf": 'module "m" {\n  source = "../m"\n}\n', "m/main.tf": RESOURCE, "v/variables.tf": "" },
    ["a"],
  ],
  [
    "JSON as well",
    {
      "j/main.tf.json": '{"terraform": {"backend": {"s3": {}}}, "module": {"m": {"source": "../m"}}}',
      "m/main.tf.json": '{"resource": {"aws_instance": {"a": {}}}}',
      "n/main.tf.json": "not JSON",
    },
    ["j"],
  ],
])("a root module is told by %s", async (_, files, roots) => {
  expect(await rootsOf(files)).toEqual(roots);
});
