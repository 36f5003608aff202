import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { readConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readDiagnostics } from "./read-diagnostics.ts";

let work: string;

beforeEach(async () => {
  work = await mkdtemp(path.join(tmpdir(), "apex-said-"));
});

afterEach(() => rm(work, { recursive: true, force: true }));

const MAIN = 'resource "aws_instance" "web" {\n  ami           = "ami-1"\n  instance_type = "m9.large"\n}\n';

function place(line: number) {
  return { line, column: 3, byte: 60 };
}

function said(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    severity: "error",
    summary: "creating EC2 Instance",
    detail: "InvalidParameterValue: Invalid value 'm9.large' for InstanceType.",
    address: "aws_instance.web",
    range: { filename: "main.tf", start: place(3), end: place(3) },
    snippet: { code: '  instance_type = "m9.large"', start_line: 3, values: [] },
    ...changes,
  };
}

async function read(text: string | Buffer) {
  const file = path.join(work, "apply.json");
  await writeFile(file, text);
  const parser = await loadHclParser();
  return readDiagnostics(
    file,
    "/work/stack",
    readConfiguration(parser, { files: new Map([["main.tf", MAIN]]) }),
  );
}

const lines = (...diagnostics: readonly object[]) =>
  [
    { "@level": "info", "@message": "Terraform 1.11.4", type: "version" },
    ...diagnostics.map((diagnostic) => ({
      "@level": "error",
      "@message": "Error",
      type: "diagnostic",
      diagnostic,
    })),
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");

test("the errors of an apply's lines and of a validate's document are read", async () => {
  const warning = said({ severity: "warning", summary: "Deprecated" });
  const { diagnostics, notes } = await read(lines(said(), warning));
  expect(diagnostics.map(({ summary }) => summary)).toEqual(["creating EC2 Instance"]);
  expect(notes).toEqual([]);
  const document = JSON.stringify({ format_version: "1.0", valid: false, diagnostics: [said()] });
  expect((await read(`\uFEFF${document}`)).diagnostics).toHaveLength(1);
});

test("a file is found by whatever path Terraform was given", async () => {
  for (const filename of ["./main.tf", "/work/stack/main.tf", "modules/../main.tf", ".\\main.tf"]) {
    const { diagnostics } = await read(lines(said({ range: { filename, start: place(3), end: place(3) } })));
    expect([filename, diagnostics[0]?.range?.filename]).toEqual([filename, "main.tf"]);
  }
});

test("what was said of a line that has changed since is left out, and told", async () => {
  const gone = said({ snippet: { code: '  instance_type = "m8.large"' } });
  const { diagnostics, notes } = await read(lines(said(), gone));
  expect(diagnostics).toHaveLength(1);
  expect(notes).toEqual([
    'apply.json says "creating EC2 Instance" of main.tf:3, which has changed since: left out.',
  ]);
  await expect(read(lines(gone))).rejects.toThrow(/have all changed since: run Terraform again/);
});

test.each([
  ["nothing", ""],
  ["words", "Error: creating EC2 Instance\n\n  with aws_instance.web,\n"],
  ["bytes", Buffer.from([0, 1, 2, 0xff, 0xfe, 0x7b, 0x0a])],
  ["JSON of another kind", '{"valid":"yes","diagnostics":{}}'],
  ["diagnostics of another shape", '{"type":"diagnostic","diagnostic":{"severity":"fatal","summary":7}}\n'],
  ["deeply nested", `${"[".repeat(100_000)}\n${'{"a":'.repeat(100_000)}\n`],
])("a file of %s is refused with what to give", async (_name, text) => {
  await expect(read(text)).rejects.toThrow(
    /--diagnostics .*apply\.json holds no diagnostics.*terraform apply -json/,
  );
});

test("warnings alone are nothing to mend", async () => {
  await expect(read(lines(said({ severity: "warning" })))).rejects.toThrow(/warnings alone/);
});
