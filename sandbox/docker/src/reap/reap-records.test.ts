import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { currentOwner, formatOwner } from "../run/owner.ts";
import { noteLease, openRunRecord } from "../run/run-record.ts";
import { findAbandonedRecords, reapRecords } from "./reap-records.ts";

let folder: string;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "apex-reap-test-")), "records");
  await mkdir(folder, { mode: 0o700 });
});

afterEach(() => rm(join(folder, ".."), { recursive: true, force: true }));

const NOW = Date.now();
const mine = currentOwner();
const dead = { ...mine, startTicks: 1 };

async function record(runId: string, owner: typeof mine | undefined, leaseUntil: number): Promise<void> {
  const lines = [...(owner === undefined ? [] : [{ owner: formatOwner(owner) }]), { lease: leaseUntil }];
  await writeFile(join(folder, `${runId}.jsonl`), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

async function abandoned(now = NOW): Promise<readonly (string | undefined)[]> {
  return (await findAbandonedRecords(folder, now, []))
    .map(({ path }) => path.slice(folder.length + 1))
    .toSorted((a, b) => (a < b ? -1 : 1));
}

test("records of the dead, and of leases that are over, are abandoned; those of the living are not", async () => {
  await record("alive", mine, NOW + 1000);
  await record("dead", dead, NOW + 1000);
  await record("expired", mine, NOW - 1);
  await record("elsewhere", { ...mine, pidNamespace: "pid:[1]" }, NOW + 1000);
  expect(await abandoned()).toEqual(["dead.jsonl", "expired.jsonl"]);
});

test("a wall clock that is set while a run has its lease does not end the lease", async () => {
  await openRunRecord(folder, "alive");
  await noteLease(folder, "alive", Date.now() + 60_000);
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    vi.setSystemTime(Date.now() + 9 * 3_600_000);
    expect(await abandoned(Date.now())).toEqual([]);
    expect(await abandoned(Date.now() + 61_000)).toEqual(["alive.jsonl"]);
  } finally {
    vi.useRealTimers();
  }
});

test("a record that says nobody's name stays for a day", async () => {
  await writeFile(join(folder, "unknown.jsonl"), "");
  expect(await abandoned()).toEqual([]);
  expect(await abandoned(NOW + 25 * 60 * 60 * 1000)).toEqual(["unknown.jsonl"]);
});

test("a record that was never finished goes with the process that began it", async () => {
  await writeFile(join(folder, `a.${process.pid}-${mine.startTicks}.tmp`), "");
  await writeFile(join(folder, `b.${process.pid}-1.tmp`), "");
  await writeFile(join(folder, "somebody-else's"), "");
  expect(await abandoned()).toEqual([`b.${process.pid}-1.tmp`]);
  const records = await findAbandonedRecords(folder, NOW, []);
  await reapRecords({ meter: undefined, folder, notes: [] }, records, { dryRun: false, now: NOW });
  expect(await readdir(folder)).toHaveLength(2);
});

test("removing takes the abandoned and nothing else; a dry run takes nothing", async () => {
  await record("alive", mine, NOW + 1000);
  await record("dead", dead, NOW + 1000);
  const place = { meter: undefined, folder, notes: [] };
  const records = await findAbandonedRecords(folder, NOW, []);
  const told = await reapRecords(place, records, { dryRun: true, now: NOW });
  expect(await readdir(folder)).toHaveLength(2);
  expect(await reapRecords(place, records, { dryRun: false, now: NOW })).toEqual(told);
  expect(await readdir(folder)).toEqual(["alive.jsonl"]);
});

test("what a run has used stays with its record while the engine does not answer", async () => {
  await record("dead", dead, NOW + 1000);
  const records = await findAbandonedRecords(folder, NOW, []);
  const notes: string[] = [];
  const meter = {
    docker: new Docker({ socketPath: join(folder, "nobody.sock") }),
    layout: { version: 1, driver: "cgroupfs", mounts: new Map() } as const,
    recordFolder: folder,
  };
  const reaping = reapRecords({ meter, folder, notes }, records, { dryRun: false, now: NOW });
  await expect(reaping).rejects.toThrow("nobody.sock");
  expect(notes).toEqual([expect.stringMatching(/^What dead has used could not be read: .*nobody.sock/)]);
  expect(await abandoned()).toEqual(["dead.jsonl"]);
});

test("a folder that others can write to is not looked at, and that is said", async () => {
  await record("dead", dead, NOW + 1000);
  await chmod(folder, 0o777);
  const notes: string[] = [];
  expect(await findAbandonedRecords(folder, NOW, notes)).toEqual([]);
  expect(notes).toEqual([
    expect.stringContaining(`${folder} is not a directory that only this user can write to`),
  ]);
  await chmod(folder, 0o700);
  expect(await abandoned()).toEqual(["dead.jsonl"]);
  await symlink(folder, `${folder}-link`);
  expect(await findAbandonedRecords(`${folder}-link`, NOW, notes)).toEqual([]);
  expect(notes).toHaveLength(2);
});

test("a record that is none is passed over with a note, and keeps nobody from reaping the others", async () => {
  await record("dead", dead, NOW + 1000);
  await symlink(join(folder, "dead.jsonl"), join(folder, "link.jsonl"));
  const notes: string[] = [];
  const records = await findAbandonedRecords(folder, NOW, notes);
  expect(records.map(({ runId }) => runId)).toEqual(["dead"]);
  expect(notes).toEqual([expect.stringContaining("link.jsonl is no record of a run: it is no file")]);
});
