import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DockerEngine } from "@apex/sandbox-docker";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isolationMemory } from "./isolation-memory.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "apex-memory-test-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

function memory(id = "A", image = "apex/terraform:1", nowMs = 0) {
  const engine = { address: "unix:///x", facts: { id, version: "27", cgroupDriver: "cgroupfs" } };
  return isolationMemory(directory, { engine: engine as DockerEngine, image, nowMs });
}

test.runIf(process.platform === "linux")(
  "what has worked is known for a day, for its engine and image alone",
  async () => {
    expect(await memory().hasWorked()).toBe(false);
    await memory().remember();
    await memory("B").remember();
    expect(await memory().hasWorked()).toBe(true);
    expect(await memory("A", "apex/terraform:2").hasWorked()).toBe(false);
    expect(await memory("C").hasWorked()).toBe(false);
    expect(await memory("A", "apex/terraform:1", DAY_MS).hasWorked()).toBe(false);
  },
);

test("an engine without a name is tried each time", async () => {
  await memory("").remember();
  expect(await memory("").hasWorked()).toBe(false);
});

test("a damaged memory, or none that can be written, costs a trial and nothing else", async () => {
  await writeFile(path.join(directory, "isolation.json"), "{");
  expect(await memory().hasWorked()).toBe(false);
  directory = path.join(directory, "isolation.json");
  await memory().remember();
  expect(await memory().hasWorked()).toBe(false);
  directory = path.dirname(directory);
});
