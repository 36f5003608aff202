import { readFile, writeFile } from "node:fs/promises";
import type { CaseResult } from "./repair-case.ts";

const HEAD = `# Cases that do not end as expected yet, and are left as they are: never a wrong repair. One a line: family/id.
# Written by: node tests/bench/repair/run.ts --write-left
`;

/** The cases that are known to be left: their names as `family/id`. Throws when there is no such list. */
export async function readKnownLeft(file: string): Promise<ReadonlySet<string>> {
  const lines = (await readFile(file, "utf8")).split("\n");
  return new Set(lines.filter((line) => line !== "" && !line.startsWith("#")));
}

/** Keeps which cases of a whole run were left. */
export async function writeKnownLeft(file: string, results: readonly CaseResult[]): Promise<void> {
  const left = results.filter(({ verdict }) => verdict === "left").map(({ family, id }) => `${family}/${id}`);
  await writeFile(file, [HEAD, ...left.toSorted().map((name) => `${name}\n`)].join(""));
}
