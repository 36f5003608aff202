/** What a repair costs: classifying and the fixers alone, without Terraform, and a whole fix of one mistake in a large configuration. */
import { join } from "node:path";
import { classifyDiagnostics, FIXERS } from "@apex/agent";
import { afterAll, expect, test } from "vitest";
import { diagnose, planner } from "../agent/diagnose.ts";
import { readCases } from "./repair/read-case.ts";
import { repairCase } from "./repair/repair-case.ts";

const ITERATIONS = Number(process.env["APEX_BENCH_ITERATIONS"] ?? 3);
const RUNS = { iterations: ITERATIONS, time: 0, warmup: true, warmupIterations: 1, warmupTime: 0 } as const;
const TIMEOUT_MS = 120_000;
/** One misspelt argument among five files, with a state. */
const CASE = "argument-of-the-database";

const cases = await readCases(join(import.meta.dirname, "repair/cases"));

afterAll(async () => (await planner()).close());

test("a repair of one argument in a large configuration", { timeout: TIMEOUT_MS }, async ({ bench }) => {
  const chosen = cases.find(({ id }) => id === CASE);
  if (chosen === undefined) throw new Error(`there is no case ${CASE}`);
  const { diagnostics, world } = await diagnose(chosen.broken, chosen.state ?? undefined);
  const think = (): void => {
    const problems = classifyDiagnostics(diagnostics, world.configuration);
    const edits = problems.flatMap((problem) =>
      FIXERS.filter(({ classes }) => classes.includes(problem.class)).filter(
        (fixer) => fixer.propose(problem, world)?.kind === "edits",
      ),
    );
    expect(edits).not.toEqual([]);
  };
  const whole = async (): Promise<void> => {
    expect((await repairCase(chosen)).verdict).toBe("right");
  };
  const results = await bench.compare(
    bench("classified and asked of all fixers", think),
    bench("repaired, with Terraform's word before and after", whole),
    RUNS,
  );
  const thought = results.get("classified and asked of all fixers").latency.mean;
  const repaired = results.get("repaired, with Terraform's word before and after").latency.mean;
  console.log(
    `a misspelt argument: ${thought.toFixed(1)} ms to classify it and to ask the fixers, ${repaired.toFixed(0)} ms to repair it`,
  );
});
