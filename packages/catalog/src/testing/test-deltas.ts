import { describe, expect, test } from "vitest";
import {
  changedAttribute,
  type DeltaCase,
  type DeltaTable,
  expectedDelta,
  measureDelta,
  type MeasuredDelta,
} from "./delta-cases.ts";

/** Read of every resource, and tested by themselves: what a resource is called, and where it is. */
const NEUTRAL_EVERYWHERE: Readonly<Record<string, string>> = {
  id: "what others point at",
  arn: "what others point at, and the region",
  name: "what others point at",
  self_link: "what others point at",
  region: "the region has its own tests",
  availability_zone: "the region has its own tests",
  zone: "the region has its own tests",
};

/** What one cloud's delta tests are made of. */
export interface DeltaTests {
  readonly tables: readonly DeltaTable[];
  /** The types that are priced: each needs a table. */
  readonly types: readonly string[];
  /** Attributes that are read and change no cost, as "TYPE: PATH" (and all below it), each with its reason. */
  readonly neutral: Readonly<Record<string, string>>;
}

function isCovered(read: string, covered: Iterable<string>): boolean {
  const [, path = ""] = read.split(": ");
  if (Object.hasOwn(NEUTRAL_EVERYWHERE, path)) return true;
  for (const each of covered) {
    // A block is looked into: what is below it has the cases. What is below a neutral one is neutral.
    if (read === each || read.startsWith(`${each}.`) || each.startsWith(`${read}.`)) return true;
  }
  return false;
}

function title(table: DeltaTable, [attribute, value, delta, arithmetic]: DeltaCase): string {
  if (attribute === "(all)") return `${table.type}: ${delta} (${arithmetic})`;
  return `${table.type}: ${attribute} becomes ${JSON.stringify(value) ?? "absent"}, ${delta} (${arithmetic})`;
}

/**
 * Tests every case of the tables, there and back, and that each priced type has a table and each attribute that was read a case or a
 * reason to have none.
 */
export function testDeltas({ tables, types, neutral }: DeltaTests): void {
  const measured = new Map<DeltaCase, MeasuredDelta>();
  const measure = (table: DeltaTable, each: DeltaCase): MeasuredDelta => {
    const kept = measured.get(each) ?? measureDelta(table, each);
    measured.set(each, kept);
    return kept;
  };
  const all = tables.flatMap((table) =>
    table.cases.map((each) => ({ table, each, title: title(table, each) })),
  );
  const told = all.filter(({ each }) => each[2] !== "unknown");
  const open = all.filter(({ each }) => each[2] === "unknown");

  describe("what one attribute adds to the month", () => {
    test.each(told)("$title", ({ table, each }) => {
      const { delta, back } = measure(table, each);
      expect({ stated: delta, worked: delta, back }).toEqual(expectedDelta(each));
    });
    test.each(open)("$title", ({ table, each }) => {
      expect(measure(table, each).delta).toMatch(/^unknown: /);
      expect(measure(table, each).delta).toContain(each[3]);
    });
  });

  test("each priced type has a table of cases", () => {
    const tabled = new Set(tables.map((table) => table.type));
    expect(types.filter((type) => !tabled.has(type))).toEqual([]);
  });

  test("each attribute that is read has a case, or a reason to have none", () => {
    const covered = new Set([
      ...all.map(({ table, each }) => changedAttribute(table, each)),
      ...Object.keys(neutral),
    ]);
    const reads = new Set(all.flatMap(({ table, each }) => [...measure(table, each).reads]));
    expect([...reads].filter((read) => !isCovered(read, covered)).toSorted()).toEqual([]);
  });

  test("what is said to be neutral is read", () => {
    const reads = all.flatMap(({ table, each }) => [...measure(table, each).reads]);
    expect(Object.keys(neutral).filter((each) => !reads.some((read) => isCovered(read, [each])))).toEqual([]);
  });
}
