import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startScriptedServer } from "@apex/agent/openai-testing";
import { runCli } from "@apex/cli";
import { recordedIo } from "@apex/cli/testing";
import { afterEach, beforeEach, expect, test } from "vitest";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "apex-fix-"));
});

afterEach(() => rm(home, { recursive: true, force: true }));

async function lay(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(home, file)), { recursive: true });
    await writeFile(path.join(home, file), text);
  }
}

const read = (file: string) => readFile(path.join(home, file), "utf8");

async function apex(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const io = recordedIo({
    cwd: home,
    env: { APEX_HOME: path.join(home, ".apex"), APEX_DOCKER: "off", ...env },
    now: () => new Date(),
  });
  const code = await runCli(args, io);
  return { code, stdout: io.stdout(), stderr: io.stderr() };
}

const BROKEN = `resource "aws_instance" "web" {
  ami           = "ami-12345678"
  instance_typ  = "m5.large"
}

output "ip" {
  value = aws_instance.wbe.private_ip
}
`;

const FIXED = BROKEN.replace("instance_typ ", "instance_type").replace("wbe", "web");

async function transcripts(): Promise<readonly string[]> {
  const names = await readdir(path.join(home, ".apex/transcripts"));
  return names.filter((name) => name.endsWith(".jsonl"));
}

test("a dry run shows what the next run writes, which checks nothing again; then nothing is broken", async () => {
  await lay({ "stack/main.tf": BROKEN });
  const dry = await apex(["fix", "stack", "--dry-run", "--out", "out"]);
  expect(dry).toMatchObject({ code: 0 });
  expect(dry.stdout).toContain("No file was changed (--dry-run)");
  expect(dry.stdout).toContain("-  instance_typ  = ");
  expect(dry.stderr).toMatch(/✗ main\.tf:3 {2}Unsupported argument/);
  expect(await read("stack/main.tf")).toBe(BROKEN);
  expect((await readdir(path.join(home, "out"))).toSorted()).toEqual(["fix.json", "fix.md", "patch.diff"]);
  const written = await apex(["fix", "stack", "--format", "json"]);
  expect(written.stderr).toContain("found a fix that was not written");
  expect(written.stderr).not.toContain("Checking with Terraform");
  expect(JSON.parse(written.stdout)).toMatchObject({
    schema: "apex.fix/v1",
    outcome: { kind: "fixed" },
    isWritten: true,
    isResumed: true,
    terraform: { providers: "stand-in" },
    model: null,
    used: { turns: 0, cost: null },
  });
  expect(await read("stack/main.tf")).toBe(FIXED);
  expect(await transcripts()).toHaveLength(1);
  await lay({ "stack/backend.tf": 'terraform {\n  backend "s3" {}\n}\n' });
  const again = await apex(["fix", "stack"]);
  expect(again).toMatchObject({ code: 0 });
  expect(again.stdout).toContain("Nothing is broken");
  expect(again.stdout).toContain("The backend in backend.tf was not looked at");
});

test("what was edited since is repaired as it is now", async () => {
  await lay({ "stack/main.tf": BROKEN });
  await apex(["fix", "stack", "--dry-run"]);
  const edited = BROKEN.replace("m5.large", "m5.xlarge");
  await lay({ "stack/main.tf": edited });
  const { code, stderr } = await apex(["fix", "stack"]);
  expect(stderr).toContain("main.tf has changed since: starts anew");
  expect([code, await read("stack/main.tf")]).toEqual([0, FIXED.replace("m5.large", "m5.xlarge")]);
});

test("files keep their byte order mark and line ends, links stay links, modules outside are repaired", async () => {
  const mark = "\uFEFF";
  await lay({
    "stack/main.tf": 'module "names" {\n  source = "../names"\n  prefix = "web"\n}\n',
    "names/main.tf":
      `${mark}variable "prefix" {\n  type = string\n}\n\noutput "first" {\n  value = "\${var.prefx}-1"\n}\n`.replaceAll(
        "\n",
        "\r\n",
      ),
    "elsewhere/shared.txt": "shared\n",
  });
  await symlink(path.join(home, "elsewhere/shared.txt"), path.join(home, "stack/shared.txt"));
  expect(await apex(["fix", "stack"])).toMatchObject({ code: 0 });
  const text = await read("names/main.tf");
  expect(text.startsWith(mark)).toBe(true);
  expect(text).toContain('"${var.prefix}-1"\r\n');
  expect(text.replaceAll("\r\n", "")).not.toContain("\n");
});

test("what only its owner can decide is left with exit code 4, a secret is in no transcript", async () => {
  const secret = "hunter2-correct-horse";
  await lay({
    "stack/main.tf": `variable "owner" {\n  type = string\n}\n\nvariable "password" {\n  type      = string\n  sensitive = true\n  default   = "${secret}"\n}\n\noutput "first" {\n  value = "\${var.owner}-\${local.nobody_knows}"\n}\n`,
  });
  const { code, stdout } = await apex(["fix", "stack"]);
  expect(code).toBe(4);
  expect(stdout).toContain("Not fixed");
  const [name = ""] = await transcripts();
  const transcript = await read(`.apex/transcripts/${name}`);
  expect(transcript).toContain('"kind":"ended"');
  expect(transcript).not.toContain(secret);
  expect((await stat(path.join(home, ".apex/transcripts", name))).mode & 0o077).toBe(0);
});

test("modules that call each other in a circle, and hostile names, end in words", async () => {
  await lay({
    "stack/main.tf": 'module "a" {\n  source = "../a"\n}\n',
    "a/main.tf": 'module "b" {\n  source = "../b"\n}\n',
    "b/main.tf": 'module "a" {\n  source = "../a"\n}\n',
    "evil/main.tf": 'resource "terraform_data" "\u001b]0;owned\u0007" {\n}\n',
  });
  const circle = await apex(["fix", "stack"]);
  expect(circle.code).not.toBe(0);
  expect(await read("b/main.tf")).toContain('"../a"');
  const evil = await apex(["fix", "evil", "--dry-run"]);
  expect([0, 4, 7]).toContain(evil.code);
  expect(evil.stdout + evil.stderr).not.toContain("\u001b]0");
});

test("what an apply said of a configuration that plans is mended by a model, whose cost is told", async () => {
  await lay({ "stack/main.tf": 'resource "aws_sqs_queue" "jobs" {\n  name = "jobs.fifo"\n}\n' });
  const range = {
    filename: "main.tf",
    start: { line: 1, column: 1, byte: 0 },
    end: { line: 1, column: 31, byte: 30 },
  };
  const diagnostic = {
    severity: "error",
    summary:
      "creating SQS Queue (jobs.fifo): InvalidParameterValue: Can only include alphanumeric characters",
    detail: "",
    address: "aws_sqs_queue.jobs",
    range,
  };
  await lay({ "apply.json": `${JSON.stringify({ type: "diagnostic", diagnostic })}\n` });
  await using server = await startScriptedServer([
    {
      kind: "reply",
      usage: { prompt_tokens: 2_000, completion_tokens: 100 },
      toolCalls: [
        {
          name: "propose_edit",
          arguments: {
            edits: [
              {
                path: "main.tf",
                old_text: '  name = "jobs.fifo"',
                new_text: '  name       = "jobs.fifo"\n  fifo_queue = true',
              },
            ],
            reason: "Only a FIFO queue has a name that ends in .fifo.",
          },
        },
      ],
    },
  ]);
  const env = {
    OPENAI_BASE_URL: server.baseUrl,
    APEX_MODEL: "scripted",
    APEX_MODEL_PRICE_INPUT: "1",
    APEX_MODEL_PRICE_OUTPUT: "10",
  };
  const { code, stdout, stderr } = await apex(
    ["fix", "stack", "--diagnostics", "apply.json", "--format", "json"],
    env,
  );
  expect(code).toBe(0);
  expect(stderr).toContain("Asking scripted");
  expect(JSON.parse(stdout)).toMatchObject({
    outcome: { kind: "fixed" },
    model: "scripted",
    // 2,000 tokens at 1 and 100 at 10 a million.
    used: { turns: 1, attempts: 1, cost: { amount: "0.003", currency: "USD" } },
  });
  expect(await read("stack/main.tf")).toContain("fifo_queue = true");
});
