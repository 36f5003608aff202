import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadHclParser } from "@apex/generators-hcl/node";
import { expect, onTestFinished, test } from "vitest";
import { readTerraform } from "./read-terraform.ts";

test("a module is read with what names its resources: JSON, OpenTofu's own files, tests", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "apex-read-terraform-"));
  onTestFinished(() => rm(root, { recursive: true }));
  const files = {
    "main.tf": 'module "m" {\n  source = "./m"\n}\n',
    "more.tofu": "",
    "tests/main.tftest.hcl": "",
    "tests/notes.md": "",
    "tests/setup/main.tf": "",
    "m/main.tf": "",
    "m/tests/a.tofutest.json": "{}",
    "n/main.tf": "",
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  const { source, diagnostics } = await readTerraform(await loadHclParser(), root, []);
  expect([...source.files.keys()]).toEqual([
    "main.tf",
    "more.tofu",
    "tests/main.tftest.hcl",
    "m/main.tf",
    "m/tests/a.tofutest.json",
  ]);
  expect(diagnostics.map(({ code }) => code)).toEqual(["tofu-file"]);
});
