import { appendFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ReapedReading } from "@apex/core";
import { openRunJournal, readRunJournal } from "@apex/store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { appendReadings } from "./append-readings.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "apex-readings-test-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const READING: ReapedReading = {
  runId: "val-1",
  at: 2_000,
  monotonicMs: 20,
  bootId: "b",
  cpuNs: 2n ** 63n,
  memoryReservedByteMs: 3n,
  gpuMs: 0n,
  networkBytes: 4n,
  blockBytes: 5n,
};

async function begin(): Promise<string> {
  const journal = await openRunJournal(directory, "val-1");
  await journal.append({ kind: "started", runId: "val-1", at: 1_000, inputs: {} });
  await journal.append({ kind: "reading", reading: { ...READING, cpuNs: 1n, seq: 1 } });
  await journal.close();
  return path.join(directory, "runs/val-1.jsonl");
}

test("the last reading of a run that was killed follows those before it", async () => {
  const file = await begin();
  expect(await appendReadings(directory, [READING])).toEqual([]);
  expect((await readRunJournal(file)).at(-1)).toEqual({ kind: "reading", reading: { ...READING, seq: 2 } });
});

test("a run without a journal here gets none", async () => {
  expect(await appendReadings(directory, [READING])).toEqual([]);
  expect(await readdir(directory)).toEqual([]);
});

test("a journal that was cut off stays readable, and it is said what is missing", async () => {
  const file = await begin();
  await appendFile(file, '{"kind":"rea');
  const events = await readRunJournal(file);
  expect(await appendReadings(directory, [READING])).toEqual([
    expect.stringMatching(/^What val-1 has used is not in its journal: the last line of .* is cut off\.$/),
  ]);
  expect(await readRunJournal(file)).toEqual(events);
});
