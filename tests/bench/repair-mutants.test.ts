import { join } from "node:path";
import { loadHclParser } from "@apex/generators-hcl/node";
import { afterAll, expect, test } from "vitest";
import { planner } from "../agent/diagnose.ts";
import { judgeMutant } from "./repair/judge-mutant.ts";
import { readBases } from "./repair/mutant-bases.ts";
import { mutantOf } from "./repair/mutate.ts";
import { readCases } from "./repair/read-case.ts";

const parser = await loadHclParser();
const bases = await readBases(await readCases(join(import.meta.dirname, "repair/cases")));

/** Small configurations of many kinds; thousands of mistakes in all of them are put in by hand, see the folder's README. */
const BASES = [
  "references/one-of-counted-for-a-single",
  "duplicates/equal-resource-twice",
  "modules/input-misspelt",
  "functions/len-for-length",
  "variables/variable-misspelt",
  "syntax/nested-block-not-closed",
];
const SEEDS = [1, 2, 3];

afterAll(async () => (await planner()).close());

test.each(BASES.flatMap((name) => SEEDS.map((seed) => [name, seed] as const)))(
  "a mistake in what %s intends, seed %i, is mended as it was meant or left",
  async (name, seed) => {
    const base = bases.find((one) => one.name === name);
    const mutant = base && mutantOf(parser, base, seed);
    if (base === undefined || mutant === undefined) throw new Error(`no mistake can be put into ${name}`);
    const { end, remarks } = await judgeMutant(base, mutant);
    expect(["plans", "fixed", "left"].includes(end) ? [] : [end, ...remarks]).toEqual([]);
  },
);

test("a repair that means something else is found", async () => {
  const text = (size: number, equals: string): string =>
    `resource "aws_ebs_volume" "a" {\n  availability_zone = "eu-west-1a"\n  size ${equals} ${size}\n}\n`;
  const base = { name: "volume", files: { "main.tf": text(10, "=") }, state: null };
  const mutant = { kinds: [], files: { "main.tf": text(20, "") } };
  const { end, remarks, fixers } = await judgeMutant(base, mutant);
  expect({ end, fixers }).toEqual({ end: "wrong", fixers: ["missing-equals"] });
  expect(remarks).toContainEqual(expect.stringMatching(/^applied aws_ebs_volume\.a: meant .*10.*, is .*20/));
});
