import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Reading, RunEvent } from "@apex/core";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing.ts";
import { listRuns } from "./list-runs.ts";
import { openRunJournal } from "./open-run-journal.ts";
import { readRunJournal } from "./read-run-journal.ts";

const ID = "val-3f9a";
const STARTED: RunEvent = { kind: "started", runId: ID, at: 1_000, inputs: { patch: "sha256:ab" } };

function aReading(seq: number, changes: Partial<Reading> = {}): RunEvent {
  const reading: Reading = {
    runId: ID,
    seq,
    at: 1_000 + seq,
    monotonicMs: seq,
    bootId: "b",
    cpuNs: 2n ** 63n + BigInt(seq),
    memoryReservedByteMs: 10n ** 24n,
    gpuMs: 0n,
    networkBytes: 1n,
    blockBytes: 0n,
    ...changes,
  };
  return { kind: "reading", reading };
}

async function journal(directory: string, events: readonly RunEvent[]): Promise<string> {
  const opened = await openRunJournal(directory, ID);
  for (const event of events) await opened.append(event);
  await opened.close();
  return path.join(directory, "runs", `${ID}.jsonl`);
}

test("what is appended is read again, counters to the last digit", async () => {
  await using directory = await temporaryDirectory();
  const events: RunEvent[] = [
    STARTED,
    aReading(1),
    { kind: "failed", message: 'a\nb "c" \u2028' },
    { kind: "ended", at: 2 },
  ];
  const file = await journal(path.join(directory.path, ".apex"), events);
  expect(await readRunJournal(file)).toEqual(events);
  expect(await readFile(file, "utf8")).toContain('"cpuNs":"9223372036854775809"');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("a run that never began leaves no journal behind", async () => {
  await using directory = await temporaryDirectory();
  const file = await journal(directory.path, []);
  await expect(stat(file)).rejects.toThrow(/ENOENT/);
  expect(await listRuns(directory.path)).toEqual([]);
});

test("appends at once keep their order and are lines of their own", async () => {
  await using directory = await temporaryDirectory();
  const opened = await openRunJournal(directory.path, ID);
  const events = [STARTED, ...Array.from({ length: 50 }, (_, index) => aReading(index + 1))];
  await Promise.all(events.map((event) => opened.append(event)));
  await opened.close();
  expect(await readRunJournal(path.join(directory.path, "runs", `${ID}.jsonl`))).toEqual(events);
});

test("a last line cut at any byte is passed over, and what came before is there", async () => {
  await using directory = await temporaryDirectory();
  const file = await journal(directory.path, [STARTED, aReading(1)]);
  const whole = await readFile(file);
  const firstLine = whole.indexOf(0x0a) + 1;
  for (let size = whole.length - 2; size > firstLine; size -= 7) {
    await truncate(file, size);
    expect(await readRunJournal(file), `cut at ${size}`).toEqual([STARTED]);
  }
});

test("a run that is done again continues after a torn line", async () => {
  await using directory = await temporaryDirectory();
  const file = await journal(directory.path, [STARTED, aReading(1)]);
  await truncate(file, (await stat(file)).size - 5);
  await journal(directory.path, [STARTED, aReading(2)]);
  expect(await readRunJournal(file)).toEqual([STARTED, STARTED, aReading(2)]);
});

test("a run whose start was torn as well continues after both torn lines", async () => {
  await using directory = await temporaryDirectory();
  const file = await journal(directory.path, [STARTED, aReading(1)]);
  await truncate(file, (await stat(file)).size - 5);
  await journal(directory.path, [STARTED]);
  await truncate(file, (await stat(file)).size - 5);
  expect(await readRunJournal(file)).toEqual([STARTED]);
  await journal(directory.path, [STARTED, aReading(2)]);
  expect(await readRunJournal(file)).toEqual([STARTED, STARTED, aReading(2)]);
});

test("a damaged line in the middle is an error that names the line", async () => {
  await using directory = await temporaryDirectory();
  const file = await journal(directory.path, [STARTED]);
  await appendFile(file, '{"kind":"read\n');
  await appendFile(file, `${JSON.stringify({ kind: "ended", at: 3 })}\n`);
  await expect(readRunJournal(file)).rejects.toThrow(/line 2 is no whole JSON object/);
  await writeFile(file, '{"kind":"reading","reading":{"seq":0}}\n');
  await expect(readRunJournal(file)).rejects.toThrow(/line 1 is no event/);
  await expect(readRunJournal(path.join(directory.path, "none"))).rejects.toThrow(/there is no journal/);
});

test("an event that JSON cannot hold, or an id that leads elsewhere, is our bug and writes nothing", async () => {
  await using directory = await temporaryDirectory();
  const opened = await openRunJournal(directory.path, ID);
  expect(() => opened.append({ kind: "ended", at: Number.NaN })).toThrow(/ended/);
  expect(() => opened.append(aReading(0))).toThrow(/seq/);
  await opened.close();
  expect(() => opened.append(STARTED)).toThrow(/closed/);
  await expect(stat(path.join(directory.path, "runs", `${ID}.jsonl`))).rejects.toThrow(/ENOENT/);
  await expect(openRunJournal(directory.path, "../../etc/cron")).rejects.toThrow(/no id of a run/);
});

test("a directory that cannot be written says what to do", async () => {
  await using directory = await temporaryDirectory();
  await writeFile(path.join(directory.path, "runs"), "");
  await expect(openRunJournal(directory.path, ID)).rejects.toThrow(
    /cannot write the run's journal .*APEX_HOME/,
  );
});

test("a journal that cannot be made says so at every append, and closes", async () => {
  await using directory = await temporaryDirectory();
  const opened = await openRunJournal(directory.path, ID);
  await mkdir(path.join(directory.path, "runs", `${ID}.jsonl`));
  await expect(opened.append(STARTED)).rejects.toThrow(/cannot write the run's journal .*APEX_HOME/);
  await expect(opened.append(aReading(1))).rejects.toThrow(/cannot write the run's journal/);
  await opened.close();
});

test("runs are listed, the latest first, with how far they came", async () => {
  await using directory = await temporaryDirectory();
  expect(await listRuns(path.join(directory.path, "none"))).toEqual([]);
  const record = async (runId: string, events: readonly RunEvent[]) => {
    const opened = await openRunJournal(directory.path, runId);
    for (const event of events) await opened.append(event);
    await opened.close();
  };
  await record("val-a", [STARTED, { kind: "ended", at: 2 }]);
  await record("val-b", [{ ...STARTED, at: 3_000 }]);
  await record("val-c", [
    { ...STARTED, at: 2_000 },
    { kind: "failed", message: "no host" },
    { kind: "ended", at: 2 },
  ]);
  await mkdir(path.join(directory.path, "runs", "run-of-another-kind"));
  await writeFile(path.join(directory.path, "runs", "val-d.jsonl"), "{}\n");
  const runs = await listRuns(directory.path);
  expect(runs.map(({ runId, state }) => `${runId} ${state}`)).toEqual([
    "val-b open",
    "val-c failed",
    "val-a ended",
    "val-d unreadable",
  ]);
});

/** Appends readings for ever and prints the number of each that was acknowledged. */
const WRITER = `
  import { openRunJournal } from ${JSON.stringify(path.join(import.meta.dirname, "open-run-journal.ts"))};
  const journal = await openRunJournal(process.argv[1], "val-killed");
  await journal.append({ kind: "started", runId: "val-killed", at: 1, inputs: {} });
  for (let seq = 1; ; seq += 1) {
    await journal.append({ kind: "reading", reading: { runId: "val-killed", seq, at: 1, monotonicMs: 1, bootId: "b", cpuNs: BigInt(seq),
      memoryReservedByteMs: 0n, gpuMs: 0n, networkBytes: 0n, blockBytes: 0n } });
    process.stdout.write(seq + "\\n");
  }`;

test("whatever was acknowledged before kill -9 is there, and nothing is there twice", async () => {
  await using directory = await temporaryDirectory();
  const child = spawn(process.execPath, ["--input-type=module", "-e", WRITER, directory.path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let acknowledged = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (acknowledged === 25) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
  const events = await readRunJournal(path.join(directory.path, "runs", "val-killed.jsonl"));
  const seqs = events.flatMap((event) => (event.kind === "reading" ? [event.reading.seq] : []));
  expect(acknowledged).toBeGreaterThanOrEqual(25);
  expect(seqs.length).toBeGreaterThanOrEqual(acknowledged);
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => index + 1));
});
