import { execFileSync } from "node:child_process";
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { currentOwner, formatOwner } from "./owner.ts";
import { makeRecordFolder, recordFolder, removeEmptyRecordFolder } from "./record-folder.ts";
import { noteLease, noteSettled, openRunRecord, readRunRecord, removeRunRecord } from "./run-record.ts";

/** Of every Unix: Node itself makes no named pipes. */
const MAKE_PIPE = "mkfifo";

let parent: string;
let folder: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "apex-record-test-"));
  folder = recordFolder(parent);
});

afterEach(() => rm(parent, { recursive: true, force: true }));

const dead = formatOwner({ ...currentOwner(), startTicks: 1 });
const elsewhere = formatOwner({ ...currentOwner(), pidNamespace: "pid:[1]" });
const part = { id: "c1", memoryByteMs: 2n ** 80n, gpuMs: 3n, networkBytes: 4n, cpuNs: 5n, blockBytes: 6n };

test("a record says whose a run is, how long it may need, and what was settled", async () => {
  await openRunRecord(folder, "val-1");
  await noteLease(folder, "val-1", 2000);
  await noteLease(folder, "val-1", 1000);
  await noteSettled(folder, "val-1", [part, { ...part, id: "n1" }]);
  expect(await readRunRecord(folder, "val-1")).toEqual({
    owner: currentOwner(),
    lease: { until: 2000, onBoot: expect.stringContaining(currentOwner().bootId) },
    settled: new Map([
      ["c1", part],
      ["n1", { ...part, id: "n1" }],
    ]),
  });
});

test("what two have settled, one of them too late, counts as much as the one in time said", async () => {
  await openRunRecord(folder, "val-1");
  await noteSettled(folder, "val-1", [part]);
  await noteSettled(folder, "val-1", [{ ...part, networkBytes: 0n, cpuNs: 7n }]);
  const { settled } = (await readRunRecord(folder, "val-1")) ?? {};
  expect(settled?.get("c1")).toEqual({ ...part, cpuNs: 7n });
});

test("the same process may open its run again, another one may not while its owner lives or cannot be seen", async () => {
  await openRunRecord(folder, "val-1");
  await openRunRecord(folder, "val-1");
  await removeRunRecord(folder, "val-1");
  await openRunRecord(folder, "val-2");
  await writeFile(join(folder, "val-1.jsonl"), `${JSON.stringify({ owner: elsewhere })}\n`);
  await expect(openRunRecord(folder, "val-1")).rejects.toMatchObject({ kind: "unavailable" });
});

test("a dead process's run is taken over with what it had settled, though its last line is cut off", async () => {
  await openRunRecord(folder, "val-1");
  const path = join(folder, "val-1.jsonl");
  await writeFile(path, `${JSON.stringify({ owner: dead })}\n`);
  await noteSettled(folder, "val-1", [part]);
  await appendFile(path, '{"id":"c2","memoryBy');
  await openRunRecord(folder, "val-1");
  await noteSettled(folder, "val-1", [{ ...part, id: "c3" }]);
  const record = await readRunRecord(folder, "val-1");
  expect(record?.owner).toEqual(currentOwner());
  expect([...(record?.settled.keys() ?? [])]).toEqual(["c1", "c3"]);
});

test("nothing unfinished stays, and the folder goes with the last record", async () => {
  await openRunRecord(folder, "val-1");
  expect(await readdir(folder)).toEqual(["val-1.jsonl"]);
  await removeRunRecord(folder, "val-1");
  expect(await readdir(parent)).toEqual([]);
});

test("a folder that goes with another run's record just when it is needed is made again", async () => {
  for (let round = 0; round < 300; round++) {
    const making = Array.from({ length: 4 }, () => makeRecordFolder(folder));
    await Promise.all([...making, removeEmptyRecordFolder(folder), removeEmptyRecordFolder(folder)]);
  }
});

test("a folder that others can write to is not believed", async () => {
  await openRunRecord(folder, "val-1");
  await chmod(folder, 0o777);
  await expect(openRunRecord(folder, "val-2")).rejects.toMatchObject({ kind: "denied" });
});

test("a run that was taken away is not made again by a late note", async () => {
  await openRunRecord(folder, "val-1");
  await openRunRecord(folder, "val-2");
  await removeRunRecord(folder, "val-1");
  await noteSettled(folder, "val-1", [part]);
  await expect(noteLease(folder, "val-1", 1)).rejects.toMatchObject({ kind: "unavailable" });
  expect(await readdir(folder)).toEqual(["val-2.jsonl"]);
});

test("what others could have put in a record's place is not read, and nothing waits for it", async () => {
  await openRunRecord(folder, "val-1");
  await symlink(join(folder, "val-1.jsonl"), join(folder, "link.jsonl"));
  await mkdir(join(folder, "folder.jsonl"));
  execFileSync(MAKE_PIPE, [join(folder, "pipe.jsonl")]);
  await writeFile(join(folder, "large.jsonl"), "");
  await truncate(join(folder, "large.jsonl"), 65 * 1024 * 1024);
  for (const runId of ["link", "folder", "pipe", "large"]) {
    await expect(readRunRecord(folder, runId)).rejects.toMatchObject({
      kind: "invalid",
      message: expect.stringContaining(`${runId}.jsonl is no record of a run`),
    });
  }
  await expect(noteLease(folder, "link", 1)).rejects.toMatchObject({ code: "ELOOP" });
});
