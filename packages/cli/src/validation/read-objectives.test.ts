import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { readObjectives } from "./read-objectives.ts";

const home = mkdtempSync(path.join(tmpdir(), "apex-slo-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

function slo(text: string): string {
  const file = path.join(home, "slo.yaml");
  writeFileSync(file, text);
  return file;
}

test("YAML and JSON are read", async () => {
  const expected = { latencyMs: { p99: 250 }, errorShare: 0.001 };
  expect(
    await readObjectives(slo("schema: apex.slo/v1\nlatencyMs: { p99: 250 }\nerrorShare: 0.001\n")),
  ).toEqual(expected);
  expect(await readObjectives(slo(JSON.stringify({ schema: "apex.slo/v1", ...expected })))).toEqual(expected);
});

test.each([
  ["latencyMs: [", /slo\.yaml is not YAML/],
  ["", /has mistakes:\n/],
  ["schema: apex.slo/v1\nlatencyMs: { p98: 1 }\n", /has mistakes:\n {2}.*p98/],
  [`a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [${"*a,".repeat(20)}]\nc: [${"*b,".repeat(20)}]\n`, /not usable YAML/],
])("%j is refused", async (text, message) => {
  await expect(readObjectives(slo(text))).rejects.toThrow(message);
});

test("a missing file is refused", async () => {
  await expect(readObjectives(path.join(home, "none.yaml"))).rejects.toThrow(
    /--slo .*none\.yaml cannot be read/,
  );
});
