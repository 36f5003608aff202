/** Tests that measure time run alone: proved with the repository's own configuration on planted tests. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const ROOT = path.resolve(import.meta.dirname, "..");
let folder: string;

beforeEach(() => {
  // Inside the repository, so that the planted tests find its packages; ignored by git.
  mkdirSync(path.join(ROOT, ".apex"), { recursive: true });
  folder = mkdtempSync(path.join(ROOT, ".apex", "planted-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A test that writes down when it begins and ends, and takes long enough to meet another that runs beside it. */
function plant(name: string): void {
  const file = path.join(folder, "tests/e2e", name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(
    file,
    `import { appendFileSync } from "node:fs";
import { test } from "vitest";
const note = (what: string) => appendFileSync(${JSON.stringify(path.join(folder, "notes"))}, what + " ${name}\\n");
test("planted", async () => {
  note("begins");
  await new Promise((resolve) => setTimeout(resolve, 200));
  note("ends");
});
`,
  );
}

test("quiet tests begin when all others have ended, and run one after the other, however many workers there are", () => {
  for (const name of ["a.quiet.test.ts", "b.quiet.test.ts", "c.test.ts", "d.test.ts"]) plant(name);
  const report = path.join(folder, "report.json");
  const run = spawnSync(
    path.join(ROOT, "node_modules/.bin/vitest"),
    ["run", "--root", folder, "--config", path.join(ROOT, "vitest.config.ts"), "--maxWorkers=4"].concat([
      "--reporter=json",
      `--outputFile.json=${report}`,
    ]),
    { encoding: "utf8" },
  );
  expect(run.stderr).toBe("");
  const notes = readFileSync(path.join(folder, "notes"), "utf8").trim().split("\n");
  const [first, second] = notes.filter((note) => note.startsWith("begins") && note.includes("quiet"));
  expect(notes.slice(0, 4).filter((note) => note.includes("quiet"))).toEqual([]);
  expect(notes.slice(4)).toEqual([
    first,
    first?.replace("begins", "ends"),
    second,
    second?.replace("begins", "ends"),
  ]);
  expect(JSON.parse(readFileSync(report, "utf8"))).toMatchObject({ numTotalTests: 4, numPassedTests: 4 });
});
