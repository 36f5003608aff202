import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import { openProgress } from "../progress.ts";
import { recordedIo } from "../testing.ts";
import { fix } from "./fix.ts";
import { FIXERS_ALONE } from "./repair-defaults.ts";

test("what could not be put on a bill is not written, and the next run puts the same on it before it writes", async () => {
  const home = await mkdtemp(path.join(tmpdir(), "apex-fix-billed-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const terraformDirectory = path.join(home, "stack");
  const main = path.join(terraformDirectory, "main.tf");
  const broken = 'output "size" {\n  valu = 1\n}\n';
  await mkdir(terraformDirectory);
  await writeFile(main, broken);
  const io = recordedIo({ cwd: home, env: { APEX_DOCKER: "off" }, now: () => new Date() });
  const billed: string[] = [];
  const run = (whatIsWrong?: Error) =>
    fix(
      io,
      {
        inputs: {
          ...FIXERS_ALONE,
          terraformDirectory,
          varFiles: [],
          bill: async (runId) => {
            if (whatIsWrong !== undefined) throw whatIsWrong;
            billed.push(`${runId} ${(await readFile(main, "utf8")) === broken ? "before" : "after"}`);
          },
        },
        storeDirectory: path.join(home, ".apex"),
        isDryRun: false,
        isFresh: false,
      },
      openProgress(io, { quiet: true }),
    );
  await expect(run(new CommandError(EXIT_CODES.badInput, "no database"))).rejects.toThrow("no database");
  expect(await readFile(main, "utf8")).toBe(broken);
  const { report } = await run();
  expect(report).toMatchObject({ isWritten: true, isResumed: true, used: { checks: 2 } });
  expect(billed).toEqual([`${report.runId} before`]);
  expect(await readFile(main, "utf8")).toBe(broken.replace("valu ", "value "));
});
