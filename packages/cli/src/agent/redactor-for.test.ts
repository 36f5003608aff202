import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadHclParser } from "@apex/generators-hcl/node";
import { expect, onTestFinished, test } from "vitest";
import { readTerraform } from "../pipeline/read-terraform.ts";
import { redactorFor } from "./redactor-for.ts";
import { surroundingsOf } from "./surroundings.ts";

const MAIN = `variable "pin" {
  type      = string
  sensitive = true
  default   = "correct-horse-battery"
}

resource "aws_db_instance" "main" {
  password = var.pin
}
`;

test("what a declaration, a schema or a variable's name of the environment makes a secret is one in any text", async () => {
  const home = await mkdtemp(path.join(tmpdir(), "apex-redactor-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await writeFile(path.join(home, "main.tf"), MAIN);
  const instances = [
    { attributes: { id: "db-1", password: "from-the-state-9000", engine: "postgres-of-ours" } },
  ];
  const resources = [{ mode: "managed", type: "aws_db_instance", name: "main", instances }];
  await writeFile(path.join(home, "terraform.tfstate"), JSON.stringify({ version: 4, resources }));
  const configuration = await readTerraform(await loadHclParser(), home, []);
  const surroundings = await surroundingsOf(home, configuration, undefined);
  const { text } = redactorFor(configuration, surroundings, {
    TF_VAR_db_password: "of-the-environment-1",
    MY_API_TOKEN: "of-the-environment-2",
    HOME_REGION: "us-east-1-of-ours",
  });
  const told = text(
    "correct-horse-battery from-the-state-9000 of-the-environment-1 of-the-environment-2 postgres-of-ours us-east-1-of-ours",
  );
  expect(told).not.toMatch(/horse|9000|environment/);
  expect(told).toContain("postgres-of-ours us-east-1-of-ours");
});

test("a place keeps the name of its file, which may look like a key", async () => {
  const home = await mkdtemp(path.join(tmpdir(), "apex-redactor-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const filename = "Web-Fleet-2024-Production-10-02 old.tf";
  await writeFile(path.join(home, filename), MAIN);
  const configuration = await readTerraform(await loadHclParser(), home, []);
  const surroundings = await surroundingsOf(home, configuration, undefined);
  const { diagnostics, text } = redactorFor(configuration, surroundings, {});
  expect(text(filename)).not.toBe(filename);
  const at = { line: 1, column: 1, byte: 0 };
  const told = (file: string) =>
    diagnostics([{ severity: "error", summary: "Wrong", range: { filename: file, start: at, end: at } }])[0]
      ?.range?.filename;
  expect(told(filename)).toBe(filename);
  expect(told(`${filename} or another`)).not.toContain("Fleet");
});
