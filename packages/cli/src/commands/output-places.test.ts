import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { EXIT_CODES } from "../exit-codes.ts";
import { runCli } from "../run-cli.ts";
import { recordedIo } from "../testing.ts";

/** What a command says that is to fill `place`, in a directory with one file. */
async function fill(command: string, place: string) {
  const cwd = await mkdtemp(path.join(tmpdir(), "apex-places-"));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  await writeFile(path.join(cwd, "file"), "");
  const io = recordedIo({ cwd, env: { APEX_HOME: path.join(cwd, "home") } });
  const code = await runCli([...command.split(" "), "--quiet", "--into", place], io);
  return { code, said: io.stderr() };
}

const PLACES = ["file", "file/below", ...(existsSync("/proc/1") ? ["/proc/1/x"] : [])];

test.each(
  PLACES.flatMap((place) =>
    ["collect prometheus --url http://127.0.0.1:9", "catalog sync aws"].map((command) => [command, place]),
  ),
)("%s --into %s says why it cannot, and what to do", async (command = "", place = "") => {
  const { code, said } = await fill(command, place);
  expect(code).toBe(EXIT_CODES.badInput);
  expect(said).toMatch(
    /^apex: cannot write to \S+: (?:part of its path is a file|its file system lets nobody make anything there); name another with --into\n$/,
  );
});
