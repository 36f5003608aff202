import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimDirectory } from "../agent/claim-directory.ts";
import { runCli } from "../run-cli.ts";
import { recordedIo } from "../testing.ts";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "apex-fix-"));
  await mkdir(path.join(home, "stack"));
});

afterEach(() => rm(home, { recursive: true, force: true }));

async function fix(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const io = recordedIo({
    cwd: home,
    env: { APEX_HOME: path.join(home, ".apex"), APEX_DOCKER: "off", ...env },
    now: () => new Date(),
  });
  const code = await runCli(["fix", "stack", ...args], io);
  return { code, stdout: io.stdout(), stderr: io.stderr() };
}

const lay = (text: string | Buffer, file = "main.tf") => writeFile(path.join(home, "stack", file), text);

test("a directory without Terraform, or none at all, is told at once", async () => {
  expect(await fix()).toMatchObject({ code: 3, stderr: expect.stringContaining("holds no .tf file") });
  await rm(path.join(home, "stack"), { recursive: true });
  expect(await fix()).toMatchObject({ code: 3, stderr: expect.stringContaining("does not exist") });
});

test.each([
  ["--max-attempts", "0"],
  ["--max-tokens", "many"],
  ["--max-cost=-1"],
  ["--timeout", "1e9"],
  ["--format", "xml"],
])("%s %s is wrong use", async (...args) => {
  await lay("");
  expect(await fix(args)).toMatchObject({ code: 2 });
});

test("a bound on a cost that nobody can tell is wrong use", async () => {
  await lay("");
  const env = { OPENAI_API_KEY: "sk-test", APEX_MODEL: "m" };
  expect(await fix(["--max-cost", "0.5"], env)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("APEX_MODEL_PRICE_INPUT"),
  });
});

test("an address with a password is refused, and the password is not told", async () => {
  await lay("");
  const { code, stderr } = await fix(["--model", "m", "--base-url", "http://u:hunter2@localhost/v1"]);
  expect(code).toBe(3);
  expect(stderr).not.toContain("hunter2");
});

test("a file that is no text is named, and left as it is", async () => {
  const bytes = Buffer.from([0x6c, 0x6f, 0x63, 0xff, 0xfe, 0x00, 0x7b]);
  await lay(bytes);
  expect(await fix()).toMatchObject({ code: 3, stderr: expect.stringContaining("main.tf is not UTF-8") });
  expect(await readFile(path.join(home, "stack/main.tf"))).toEqual(bytes);
});

test("files that are too large together are refused before Terraform reads them", async () => {
  const text = `# ${"x".repeat(33 * 1024 ** 2)}\n`;
  await lay(text);
  await lay(text, "more.tf");
  expect(await fix()).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("name a smaller root module"),
  });
});

test("a diagnostics file of nonsense is refused with what to give", async () => {
  await lay("");
  await writeFile(path.join(home, "said"), Buffer.from([0, 0xff, 0x0a, 0x7b]));
  expect(await fix(["--diagnostics", "said"])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("terraform apply -json"),
  });
  expect(await fix(["--diagnostics", "gone"])).toMatchObject({ code: 3 });
});

test("who is at work on the directory already is told", async () => {
  await lay("");
  await using _claim = await claimDirectory(path.join(home, ".apex"), path.join(home, "stack"), Date.now);
  await symlink(path.join(home, "stack"), path.join(home, "link"));
  expect(await fix()).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(`(process ${process.pid}) is at work`),
  });
});

// Root writes wherever it wants.
test.skipIf(process.getuid?.() === 0)(
  "a directory that cannot be written is told before any work",
  async () => {
    await lay("");
    await chmod(path.join(home, "stack"), 0o500);
    expect(await fix()).toMatchObject({ code: 3, stderr: expect.stringContaining("cannot be written") });
  },
);

test("a place for the report that cannot be written is told before any work", async () => {
  await lay("");
  await writeFile(path.join(home, "file"), "");
  expect(await fix(["--out", "file/report"])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("cannot be written"),
  });
});
