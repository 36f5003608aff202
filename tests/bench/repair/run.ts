/**
 * The repair benchmark as a process: node tests/bench/repair/run.ts [--check-cases] [--only NAME] [--json] [--write-left]. NAME is a
 * family or an id, and may be given more than once.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { planner } from "../../agent/diagnose.ts";
import { mapAtOnce } from "./at-once.ts";
import { checkCase } from "./check-case.ts";
import { writeKnownLeft } from "./known-left.ts";
import { readCases, type RepairCase } from "./read-case.ts";
import { renderResults } from "./render-results.ts";
import { type CaseResult, repairCase, type Verdict } from "./repair-case.ts";

const BAD: readonly Verdict[] = ["wrong", "crashed"];

const { values: options } = parseArgs({
  options: {
    "check-cases": { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    json: { type: "boolean", default: false },
    "write-left": { type: "boolean", default: false },
  },
});

async function checkCases(cases: readonly RepairCase[]): Promise<boolean> {
  const flawed = await mapAtOnce(cases, async (each) => {
    const flaws = await checkCase(each);
    if (flaws.length === 0) return 0;
    console.log([`${each.family}/${each.id}`, ...flaws.map((flaw) => `  ${flaw}`)].join("\n"));
    return 1;
  });
  const count = flawed.reduce((sum: number, one) => sum + one, 0);
  console.log(`${cases.length - count} cases are sound, ${count} are not.`);
  return count === 0;
}

async function repairCases(cases: readonly RepairCase[]): Promise<boolean> {
  const results = await mapAtOnce(cases, async (each): Promise<CaseResult> => {
    const result = await repairCase(each);
    // It takes minutes: what is bad is told at once.
    if (BAD.includes(result.verdict))
      console.error([`${result.verdict}: ${each.family}/${each.id}`, ...result.remarks].join("\n  "));
    return result;
  });
  console.log(options.json ? JSON.stringify(results, null, 2) : renderResults(results));
  // Of some cases it would be no list.
  if (options["write-left"] && options.only === undefined)
    await writeKnownLeft(join(import.meta.dirname, "known-left.txt"), results);
  return results.every(({ verdict }) => !BAD.includes(verdict));
}

const all = await readCases(join(import.meta.dirname, "cases"));
const { only } = options;
const chosen =
  only === undefined ? all : all.filter(({ id, family }) => only.includes(id) || only.includes(family));
try {
  const isGood = await (options["check-cases"] ? checkCases(chosen) : repairCases(chosen));
  if (!isGood) process.exitCode = 1;
} finally {
  await (await planner()).close();
}
