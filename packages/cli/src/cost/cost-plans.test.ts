import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { cost, makeFolder, planOf } from "./testing.ts";

const WRONG = [
  [["--plan", "plan.tfplan"], 3, "is a binary plan"],
  [["--plan", "text.json"], 3, "is not JSON"],
  [["--plan", "good.json", "--var-file", "a.tfvars"], 2, "--var-file belongs to --terraform"],
  [["--plan", "good.json", "--state", "a.tfstate"], 2, "--state belongs to --terraform"],
  [["--plan", "good.json", "--fixtures", "a.json"], 2, "--fixtures belongs to --terraform"],
  [["--terraform", "root", "--base", "root/../root"], 2, "are the same directory"],
] as const;

it.each(WRONG)("refuses %j, with what to do", async (words, exitCode, message) => {
  const folder = await makeFolder({
    "plan.tfplan": "PK\u0003\u0004 and so on",
    "text.json": "Terraform will perform the following actions",
    "good.json": planOf(),
    "root/main.tf": "",
  });
  expect(await cost(folder, ...words)).toMatchObject({ exitCode, err: expect.stringContaining(message) });
});

it("reads plans as PowerShell writes them", async () => {
  const folder = await makeFolder({ "marked.json": `\uFEFF${planOf()}` });
  await writeFile(path.join(folder, "wide.json"), Buffer.from(`\uFEFF${planOf()}`, "utf16le"));
  for (const name of ["marked.json", "wide.json"]) {
    expect((await cost(folder, "--plan", name)).exitCode).toBe(0);
  }
});

it("passes over a directory that is named like a file of Terraform's, as Terraform does", async () => {
  const side = { "main.tf": 'resource "aws_eip" "a" {}\n', "old.tf/notes.txt": "not Terraform" };
  const folder = await makeFolder(
    Object.fromEntries(
      ["base", "head"].flatMap((name) =>
        Object.entries(side).map(([file, text]) => [`${name}/${file}`, text]),
      ),
    ),
  );
  const { exitCode, out } = await cost(folder, "--base", "base", "--terraform", "head", "--trust");
  expect(exitCode).toBe(0);
  expect(out).toContain("No change in cost\n");
}, 60_000);
