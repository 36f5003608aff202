import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadHclParser } from "@apex/generators-hcl/node";
import { expect, onTestFinished, test } from "vitest";
import { readTerraform } from "./read-terraform.ts";

async function moduleOf(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), "apex-read-terraform-"));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  }
  return root;
}

test("a root module of OpenTofu's own files alone is told to be one, not to be none", async () => {
  const root = await moduleOf({ "main.tofu": "" });
  const { diagnostics } = await readTerraform(await loadHclParser(), root, []);
  expect(diagnostics.map(({ code }) => code)).toEqual(["tofu-file"]);
  const none = await moduleOf({ "notes.md": "" });
  await expect(readTerraform(await loadHclParser(), none, [])).rejects.toThrow("holds no .tf file");
});

test("a module is read with what names its resources: JSON, OpenTofu's own files, tests", async () => {
  const root = await moduleOf({
    "main.tf": 'module "m" {\n  source = "./m"\n}\n',
    "more.tofu": "",
    "tests/main.tftest.hcl": "",
    "tests/notes.md": "",
    "tests/setup/main.tf": "",
    "m/main.tf": "",
    "m/tests/a.tofutest.json": "{}",
    "n/main.tf": "",
  });
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
