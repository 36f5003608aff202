import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { keepPendingTexts, openTranscript, readPendingTexts, readTranscript } from "@apex/store/transcripts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type FinishedWriting, finishWriting, writeRepair } from "./write-repair.ts";

let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "apex-repair-"));
  await mkdir(path.join(home, "stack"));
});

afterEach(() => rm(home, { recursive: true, force: true }));

const FILES = [
  { file: "main.tf", before: "a", after: "A" },
  { file: "../modules/b.tf", before: "b", after: "B" },
];

async function lay(texts: Readonly<Record<string, string>>): Promise<void> {
  for (const [file, text] of Object.entries(texts)) {
    await mkdir(path.dirname(path.join(home, "stack", file)), { recursive: true });
    await writeFile(path.join(home, "stack", file), text);
  }
}

async function texts(): Promise<readonly string[]> {
  return Promise.all(FILES.map(({ file }) => readFile(path.join(home, "stack", file), "utf8")));
}

const place = () => ({
  storeDirectory: path.join(home, ".apex"),
  runId: "fix-a",
  directory: path.join(home, "stack"),
});

async function kinds(): Promise<readonly string[]> {
  return (await readTranscript(place().storeDirectory, "fix-a")).map(({ kind }) => kind);
}

async function withTranscript<T>(
  work: (transcript: Awaited<ReturnType<typeof openTranscript>>) => Promise<T>,
): Promise<T> {
  const transcript = await openTranscript(place().storeDirectory, "fix-a");
  try {
    return await work(transcript);
  } finally {
    await transcript.close();
  }
}

const finish = (): Promise<FinishedWriting> =>
  withTranscript((transcript) => finishWriting(place(), transcript, () => 2));

test("all files are written, and nothing of their texts stays in the store", async () => {
  await lay({ "main.tf": "a", "../modules/b.tf": "b" });
  await withTranscript((transcript) => writeRepair(place(), transcript, FILES, () => 1));
  expect(await texts()).toEqual(["A", "B"]);
  expect(await kinds()).toEqual(["writing", "written"]);
  expect(await readPendingTexts(place().storeDirectory, "fix-a")).toBeUndefined();
  expect(await finish()).toEqual({ kind: "none" });
});

test("where one file was edited meanwhile none is written, and the run is given up", async () => {
  await lay({ "main.tf": "a", "../modules/b.tf": "edited" });
  const writing = withTranscript((transcript) => writeRepair(place(), transcript, FILES, () => 1));
  await expect(writing).rejects.toThrow(/was changed while Apex worked on it/);
  expect(await texts()).toEqual(["a", "edited"]);
  expect(await kinds()).toEqual(["writing", "abandoned"]);
  expect(await finish()).toEqual({ kind: "none" });
});

test("where a file is read-only none is written, and the run is not given up: the next one writes them", async () => {
  await lay({ "main.tf": "a", "../modules/b.tf": "b" });
  await chmod(path.join(home, "modules/b.tf"), 0o444);
  const writing = () => withTranscript((transcript) => writeRepair(place(), transcript, FILES, () => 1));
  await expect(writing()).rejects.toThrow(/b\.tf cannot be written: .*; no file was changed/);
  expect(await texts()).toEqual(["a", "b"]);
  expect((await readdir(path.join(home, "stack"))).toSorted()).toEqual(["main.tf"]);
  expect(await kinds()).toEqual(["writing"]);
  expect(await finish()).toEqual({ kind: "none" });
  await chmod(path.join(home, "modules/b.tf"), 0o644);
  await writing();
  expect(await texts()).toEqual(["A", "B"]);
});

test("a writing that was cut off between two files is completed, and what was staged is removed", async () => {
  await lay({ "main.tf": "A", "../modules/b.tf": "b", "../modules/.b.tf.0123456789ab.tmp": "B" });
  await lay({ "../modules/.b.tf.mine.tmp": "of the user's" });
  await keepPendingTexts(place().storeDirectory, "fix-a", FILES);
  expect(await finish()).toEqual({ kind: "completed", files: FILES });
  expect(await texts()).toEqual(["A", "B"]);
  expect((await readdir(path.join(home, "modules"))).toSorted()).toEqual([".b.tf.mine.tmp", "b.tf"]);
  expect(await kinds()).toEqual(["resumed", "written"]);
});

test("a writing that had changed nothing yet is left to be decided anew", async () => {
  await lay({ "main.tf": "a", "../modules/b.tf": "b" });
  await keepPendingTexts(place().storeDirectory, "fix-a", FILES);
  expect(await finish()).toEqual({ kind: "none" });
  expect(await texts()).toEqual(["a", "b"]);
});

test("files that were edited since the kill are not touched", async () => {
  await lay({ "main.tf": "A", "../modules/b.tf": "edited" });
  await keepPendingTexts(place().storeDirectory, "fix-a", FILES);
  expect(await finish()).toEqual({
    kind: "edited-since",
    edited: ["../modules/b.tf"],
    written: ["main.tf"],
  });
  expect(await texts()).toEqual(["A", "edited"]);
  expect(await kinds()).toEqual(["resumed", "abandoned"]);
  expect(await finish()).toEqual({ kind: "none" });
});
