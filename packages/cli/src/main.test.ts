import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { EXIT_CODES } from "./exit-codes.ts";

const MAIN = path.join(import.meta.dirname, "main.ts");

/** Runs a shell script in which "$APEX" is the command; resolves to what it printed and its exit code. */
async function shell(script: string): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  const child = spawn("bash", ["-c", script], {
    env: { ...process.env, APEX: `${process.execPath} ${MAIN}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { exitCode, output };
}

test("a closed pipe ends the output, not the work: the exit code stays what it is", async () => {
  const { exitCode, output } = await shell("$APEX cost 2> >(true) | true; exit ${PIPESTATUS[0]}");
  expect(output).toBe("");
  expect(exitCode).toBe(EXIT_CODES.wrongUse);
});

test("a working directory that was removed is no crash", async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "apex-gone-"));
  const { exitCode, output } = await shell(`cd ${directory} && rmdir ${directory} && $APEX plan nowhere`);
  await rm(directory, { recursive: true, force: true });
  expect(output).toContain("nowhere does not exist");
  expect(exitCode).toBe(EXIT_CODES.badInput);
});

test.skipIf(process.platform !== "linux")(
  "a failure of our own is told from 'nothing could be done'",
  async () => {
    const { exitCode, output } = await shell("$APEX --help > /dev/full");
    expect(output).toContain("ENOSPC");
    expect(exitCode).toBe(EXIT_CODES.bug);
  },
);
