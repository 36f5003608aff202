import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ProcessTable, processFate, processStat } from "@apex/core";
import { PROCESSES, processTable } from "@apex/core/node";
import { expect, onTestFinished, test, vi } from "vitest";
import { isAbandoned, LABELS, ownLabels } from "./labels.ts";
import { currentOwner, formatOwner, ownerFate, parseOwner } from "./owner.ts";

test("an owner survives as a label", () => {
  const owner = currentOwner();
  expect(parseOwner(formatOwner(owner))).toEqual(owner);
  expect(parseOwner("1:2:3")).toBeUndefined();
  expect(parseOwner(undefined)).toBeUndefined();
});

test("an owner lives while its process does, and is dead after it, zombie or not", async () => {
  const child = spawn("sleep", ["60"]);
  const pid = child.pid ?? 0;
  const startTicks = processStat(PROCESSES, pid)?.startTicks ?? 0;
  const owner = { ...currentOwner(), pid, startTicks };
  expect(ownerFate(owner)).toBe("lives");
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  expect(ownerFate(owner)).toBe("dead");
});

test("a process of the same number that started at another time is another one", () => {
  expect(ownerFate({ ...currentOwner(), startTicks: 1 })).toBe("dead");
});

test("an owner of another boot is dead; one of another process namespace cannot be seen", () => {
  expect(ownerFate({ ...currentOwner(), bootId: "00000000-0000-0000-0000-000000000001" })).toBe("dead");
  expect(ownerFate({ ...currentOwner(), pidNamespace: "pid:[1]", pid: 2 ** 30 })).toBe("unseen");
});

/** As a system without /proc looks, or one that hides all processes in it. */
function emptyProc(): ProcessTable {
  const proc = mkdtempSync(join(tmpdir(), "apex-no-proc-"));
  onTestFinished(() => rmSync(proc, { recursive: true, force: true }));
  return processTable(proc);
}

test("a process that /proc hides is dead only when the kernel knows none of its number", async () => {
  const blind = emptyProc();
  const child = spawn("sleep", ["60"]);
  const pid = child.pid ?? 0;
  expect(processFate(blind, pid, 1)).toBe("unseen");
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  expect(processFate(blind, pid, 1)).toBe("dead");
});

test("where there is no /proc owners are written and read, and what is not known kills nobody", () => {
  const blind = emptyProc();
  const owner = currentOwner(blind);
  expect(parseOwner(formatOwner(owner))).toEqual(owner);
  expect(ownerFate(owner, blind)).toBe("unseen");
  expect(ownerFate(owner)).toBe("unseen");
  expect(ownerFate(currentOwner(), blind)).toBe("unseen");
});

test("labelled things are abandoned when their lease is over or their owner is dead, and only then", () => {
  const now = Date.now();
  const labels = ownLabels("val-1", 60_000);
  expect(isAbandoned(labels, now)).toBe(false);
  expect(isAbandoned(labels, now + 61_000)).toBe(true);
  const dead = formatOwner({ ...currentOwner(), startTicks: 1 });
  expect(isAbandoned({ ...labels, [LABELS.owner]: dead }, now)).toBe(true);
  const unseen = formatOwner({ ...currentOwner(), pidNamespace: "pid:[1]" });
  expect(isAbandoned({ ...labels, [LABELS.owner]: unseen }, now)).toBe(false);
});

test("a wall clock that is set while a lease runs neither ends it nor prolongs it", () => {
  const labels = ownLabels("val-1", 60_000);
  const over = ownLabels("val-1", -1);
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    for (const hours of [-9, 9]) {
      vi.setSystemTime(Date.now() + hours * 3_600_000);
      expect(isAbandoned(labels, Date.now())).toBe(false);
      expect(isAbandoned(labels, Date.now() + 61_000)).toBe(true);
      expect(isAbandoned(over, Date.now())).toBe(true);
    }
  } finally {
    vi.useRealTimers();
  }
});

test("what is not ours is never abandoned, nor is what cannot be read", () => {
  const { [LABELS.run]: _run, ...foreign } = ownLabels("val-1", -1);
  expect(isAbandoned(foreign, Date.now())).toBe(false);
  expect(isAbandoned({}, Date.now())).toBe(false);
  expect(
    isAbandoned({ [LABELS.run]: "val-1", [LABELS.lease]: "soon", [LABELS.owner]: "me" }, Date.now()),
  ).toBe(false);
});
