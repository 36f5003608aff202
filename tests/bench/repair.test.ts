import { join } from "node:path";
import { PROBLEM_CLASSES, type ProblemClass } from "@apex/agent";
import { afterAll, expect, test } from "vitest";
import { planner } from "../agent/diagnose.ts";
import { readKnownLeft } from "./repair/known-left.ts";
import { type Expectation, readCases, type RepairCase } from "./repair/read-case.ts";
import { repairCase } from "./repair/repair-case.ts";

const FOLDER = join(import.meta.dirname, "repair");
const cases = await readCases(join(FOLDER, "cases"));
const knownLeft = await readKnownLeft(join(FOLDER, "known-left.txt"));

/** As many as two processors repair within a minute; the whole is run by hand, see the folder's README. */
const CHOSEN_MAX = 24;

afterAll(async () => (await planner()).close());

function countBy(key: (each: RepairCase) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const each of cases) counts.set(key(each), (counts.get(key(each)) ?? 0) + 1);
  return counts;
}

function nameOf({ family, id }: RepairCase): string {
  return `${family}/${id}`;
}

function textOf({ broken }: RepairCase): string {
  return Object.values(broken).join("\n");
}

/**
 * Few cases that meet as many classes of problems as so few can: each next one is the one with the most that none before it has,
 * the first by its id where several have as many. All expectations have their turn.
 */
function chosenCases(): RepairCase[] {
  const met = new Set<ProblemClass>();
  const chosen: RepairCase[] = [];
  const turns: readonly Expectation[] = ["fixers", "fixers", "model", "refused", "person"];
  while (chosen.length < CHOSEN_MAX) {
    const expectation = turns[chosen.length % turns.length];
    const left = cases.filter(
      (each) => each.expect === expectation && !chosen.includes(each) && !knownLeft.has(nameOf(each)),
    );
    const news = (each: RepairCase): number => each.classes.filter((one) => !met.has(one)).length;
    // Big ones take their time and meet few classes that small ones do not.
    const size = (each: RepairCase): number => textOf(each).length;
    const [next] = left.toSorted((a, b) => news(b) - news(a) || size(a) - size(b));
    if (next === undefined) break;
    chosen.push(next);
    for (const one of next.classes) met.add(one);
  }
  return chosen;
}

test("there are at least 150 cases, with all expectations, and a third or more is of AWS or Google", () => {
  expect(cases.length).toBeGreaterThanOrEqual(150);
  const cloud = cases.filter((each) => /^\s*(?:resource|data) "(?:aws|google)_/m.test(textOf(each)));
  expect(cloud.length).toBeGreaterThan(cases.length / 3);
  expect(cases.filter(({ state }) => state !== null).length).toBeGreaterThanOrEqual(30);
  const counts = countBy(({ expect: expectation }) => expectation);
  expect([...counts.keys()].toSorted()).toEqual(["fixers", "model", "person", "refused"]);
  expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(20);
});

test("every class of problems is met by a case", () => {
  const met = new Set(cases.flatMap(({ classes }) => classes));
  expect(Object.keys(PROBLEM_CLASSES).filter((one) => !met.has(one as ProblemClass))).toEqual([]);
});

test("what is known to be left are cases, and few of them", () => {
  const names = new Set(cases.map(nameOf));
  expect([...knownLeft].filter((name) => !names.has(name))).toEqual([]);
  expect(knownLeft.size).toBeLessThan(cases.length / 5);
});

const chosen = chosenCases();

test.each(chosen.map((each) => [nameOf(each), each] as const))(
  "%s ends as expected, and a fix means what was meant",
  async (_, each) => {
    const { verdict, remarks } = await repairCase(each);
    expect(verdict === "right" || verdict === "better" ? [] : [verdict, ...remarks]).toEqual([]);
  },
);
