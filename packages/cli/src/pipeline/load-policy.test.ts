import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadPolicy } from "./load-policy.ts";

let terraform: string;

beforeEach(async () => {
  terraform = path.join(await mkdtemp(path.join(tmpdir(), "apex-policy-")), "terraform");
  await mkdir(terraform);
});

afterEach(() => rm(path.dirname(terraform), { recursive: true, force: true }));

test("a directory called apex.yaml is no policy; the file above it is", async () => {
  await mkdir(path.join(terraform, "apex.yaml"));
  expect((await loadPolicy(undefined, terraform)).file).toBeUndefined();
  const above = path.join(path.dirname(terraform), "apex.yaml");
  await writeFile(above, "{}");
  expect((await loadPolicy(undefined, terraform)).file).toBe(above);
});

/** Grows a million times when its aliases are followed. */
const BOMB = `a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [${"*a,".repeat(20)}]\nc: [${"*b,".repeat(20)}]\n`;

test.each(["hello", "a: [1", "\u0000\u0001", BOMB])("%j is refused with the file's name", async (text) => {
  const file = path.join(terraform, "policy.yaml");
  await writeFile(file, text);
  await expect(loadPolicy(file, terraform)).rejects.toThrow(file);
});
