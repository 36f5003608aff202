import { appendFile, readdir, readFile, stat, truncate, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { LoopEvent } from "@apex/agent";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing.ts";
import { dropPendingTexts, keepPendingTexts, readPendingTexts } from "./pending-texts.ts";
import type { TranscriptEntry, TranscriptHeader } from "./transcript-entry.ts";
import {
  lastTranscript,
  openTranscript,
  pruneTranscripts,
  readTranscript,
  transcriptFile,
} from "./transcript-store.ts";

function aHeader(changes: Partial<TranscriptHeader> = {}): TranscriptHeader {
  return {
    kind: "opened",
    version: 1,
    runId: "fix-a",
    atMs: 1_000,
    directory: "/work/stack",
    apexVersion: "0.1.0",
    digests: { "main.tf": "ab" },
    settings: { "--max-attempts": "3" },
    nonce: "n",
    ...changes,
  };
}

const CHECKED: LoopEvent = {
  kind: "checked",
  atMs: 2_000,
  diagnostics: [
    {
      severity: "error",
      summary: "Unsupported argument",
      detail: 'An argument named "x" is not expected here.',
      range: {
        filename: "main.tf",
        start: { line: 1, column: 1, byte: 0 },
        end: { line: 1, column: 2, byte: 1 },
      },
      snippet: { code: "x = 1", start_line: 1, values: [] },
    },
  ],
  plan: {
    resources: [
      {
        address: "aws_instance.a",
        mode: "managed",
        type: "aws_instance",
        actions: ["create"],
        changed: [],
        digest: "d",
        grants: [],
      },
    ],
    outputs: { a: "d" },
  },
  objections: [],
};

const ENTRIES: readonly TranscriptEntry[] = [
  aHeader(),
  { kind: "terraform", version: "1.11.4" },
  { kind: "event", event: CHECKED },
  { kind: "news", news: { kind: "problems", problems: [] } },
  {
    kind: "event",
    event: {
      kind: "replied",
      atMs: 3_000,
      reply: {
        text: "",
        toolCalls: [{ id: "1", name: "propose_edit", arguments: '{"old' }],
        ending: "length",
        usage: null,
        model: "m",
      },
    },
  },
  {
    kind: "event",
    event: {
      kind: "model-failed",
      atMs: 4_000,
      failure: { kind: "rate-limited", message: "slow down", retryAfterMs: 10, hasBegun: true },
    },
  },
  { kind: "event", event: { kind: "waited", atMs: 5_000 } },
  { kind: "ended", atMs: 6_000, outcome: "gave-up", reason: "time", digests: {} },
  { kind: "writing", files: [{ file: "main.tf", digestBefore: "a", digestAfter: "b" }] },
  { kind: "written", atMs: 7_000 },
  { kind: "resumed", atMs: 8_000 },
  { kind: "abandoned", atMs: 9_000, reason: "why" },
];

async function record(
  directory: string,
  entries: readonly TranscriptEntry[],
  runId = "fix-a",
): Promise<string> {
  const transcript = await openTranscript(directory, runId);
  for (const entry of entries) await transcript.append(entry);
  await transcript.close();
  return transcriptFile(directory, runId);
}

test("every kind of entry is read as it was appended, and for its owner's eyes alone", async () => {
  await using directory = await temporaryDirectory();
  const file = await record(directory.path, ENTRIES);
  expect(await readTranscript(directory.path, "fix-a")).toEqual(ENTRIES);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("a line that a crash cut anywhere is passed over when the run goes on", async () => {
  await using directory = await temporaryDirectory();
  const file = await record(directory.path, ENTRIES.slice(0, 3));
  const whole = await readFile(file);
  const lastLine = whole.subarray(0, -1).lastIndexOf(0x0a) + 1;
  for (let size = whole.length - 2; size > lastLine; size -= 41) {
    await writeFile(file, whole);
    await truncate(file, size);
    await record(directory.path, [{ kind: "resumed", atMs: 9 }]);
    expect(await readTranscript(directory.path, "fix-a"), `cut at ${size}`).toEqual([
      ...ENTRIES.slice(0, 2),
      { kind: "resumed", atMs: 9 },
    ]);
  }
});

test("an event with a part that would be lost is our bug", async () => {
  await using directory = await temporaryDirectory();
  const transcript = await openTranscript(directory.path, "fix-a");
  const event = { ...CHECKED, added: 1 } as LoopEvent;
  expect(() => transcript.append({ kind: "event", event })).toThrow(/cannot be kept/);
  await transcript.close();
});

test("the latest transcript of a directory is found by its first line alone", async () => {
  await using directory = await temporaryDirectory();
  expect(await lastTranscript(directory.path, "/work/stack")).toBeUndefined();
  await record(directory.path, [aHeader({ runId: "fix-a", atMs: 2 })], "fix-a");
  const later = await record(directory.path, [aHeader({ runId: "fix-b", atMs: 3 })], "fix-b");
  await record(directory.path, [aHeader({ runId: "fix-c", atMs: 4, directory: "/work/other" })], "fix-c");
  await record(directory.path, [aHeader({ runId: "fix-d", atMs: 5, version: 2 })], "fix-d");
  await appendFile(later, "not JSON\n");
  await writeFile(transcriptFile(directory.path, "fix-e"), "garbage");
  expect(await lastTranscript(directory.path, "/work/stack")).toEqual(aHeader({ runId: "fix-b", atMs: 3 }));
});

test("a repair that another command made hides none that is to be gone on with", async () => {
  await using directory = await temporaryDirectory();
  await record(directory.path, [aHeader({ runId: "fix-a", atMs: 2 })], "fix-a");
  await record(directory.path, [aHeader({ runId: "fix-b", atMs: 3, isAside: true })], "fix-b");
  expect((await lastTranscript(directory.path, "/work/stack"))?.runId).toBe("fix-a");
});

test("texts on their way lie beside the transcript until they are dropped", async () => {
  await using directory = await temporaryDirectory();
  const files = [{ file: "../modules/a.tf", before: "\uFEFFa\r\n", after: "b\u2028" }];
  expect(await readPendingTexts(directory.path, "fix-a")).toBeUndefined();
  await keepPendingTexts(directory.path, "fix-a", files);
  expect(await readPendingTexts(directory.path, "fix-a")).toEqual(files);
  const [kept = ""] = await readdir(path.join(directory.path, "transcripts"));
  expect((await stat(path.join(directory.path, "transcripts", kept))).mode & 0o777).toBe(0o600);
  await writeFile(path.join(directory.path, "transcripts", kept), '{"version":1,"files":[{"file":3}]}');
  await expect(readPendingTexts(directory.path, "fix-a")).rejects.toThrow(/changed by something else/);
  await dropPendingTexts(directory.path, "fix-a");
  expect(await readPendingTexts(directory.path, "fix-a")).toBeUndefined();
});

test("old transcripts are removed, but never one with texts on their way", async () => {
  await using directory = await temporaryDirectory();
  for (const [age, runId] of ["fix-new", "fix-old", "fix-older", "fix-oldest"].entries()) {
    const file = await record(directory.path, [aHeader({ runId })], runId);
    await utimes(file, 1_000 - age, 1_000 - age);
  }
  await keepPendingTexts(directory.path, "fix-oldest", []);
  await pruneTranscripts(directory.path, 2);
  const left = (await readdir(path.join(directory.path, "transcripts"))).filter((name) =>
    name.endsWith(".jsonl"),
  );
  expect(left.toSorted()).toEqual(["fix-new.jsonl", "fix-old.jsonl", "fix-oldest.jsonl"]);
});
