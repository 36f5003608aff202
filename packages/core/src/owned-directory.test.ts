import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { PROCESSES as HERE } from "./node.ts";
import { isOwnerGone, ownedPrefix, ownerOfName } from "./owned-directory.ts";
import { type ProcessTable, processStat } from "./process-fate.ts";

const refuse = () => {
  throw new Error("not told");
};
const BLIND: ProcessTable = { ...HERE, readText: refuse, readLink: refuse };
const own = (table = HERE) => ownerOfName(`${ownedPrefix("state", table)}a1b2C3`)!;

test.each([
  ["Linux", HERE],
  ["a system that tells nothing of processes", BLIND],
])("a name says whose it is, and its owner lives: %s", (_name, table) => {
  expect(own(table).pid).toBe(process.pid);
  expect(isOwnerGone(own(table), table)).toBe(false);
});

test.each([
  "apex-plan-1-x",
  "apex-other-1-2-3-x",
  "apex-plan-1-2-3-",
  "x-apex-plan-1-2-3-x",
  "apex-plan-1-2--x",
  "apex-plan-12345678901-2-3-x",
])("%s is none of ours", (name) => {
  expect(ownerOfName(name)).toBeUndefined();
});

test("a process that has ended, and one that has its number by now, are told", () => {
  const { pid } = spawnSync("true");
  expect(isOwnerGone({ ...own(), pid }, HERE)).toBe(true);
  expect(isOwnerGone({ ...own(BLIND), pid }, BLIND)).toBe(true);
  expect(isOwnerGone({ ...own(), startTicks: 1 }, HERE)).toBe(true);
});

test("one that cannot be seen counts as living", () => {
  const { pid } = spawnSync("true");
  expect(isOwnerGone({ ...own(), pid, pidNamespace: "pid:[1]" }, HERE)).toBe(false);
  const denied: ProcessTable = {
    ...BLIND,
    probe: () => {
      throw Object.assign(new Error("denied"), { code: "EPERM" });
    },
  };
  expect(isOwnerGone(own(denied), denied)).toBe(false);
});

test("a name of the process that may hold anything does not move its start", async () => {
  const child = spawn(process.execPath, [
    "-e",
    'process.title = ") Z (a b"; console.log(1); setInterval(() => {}, 1e6)',
  ]);
  try {
    await once(child.stdout, "data");
    const stat = HERE.readText(`${child.pid}/stat`);
    const startTicks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
    const self = { ...HERE, readText: () => stat };
    expect(processStat(self, "self")).toEqual({ state: expect.stringMatching(/^[RSD]$/), startTicks });
    expect(ownedPrefix("run", self).split("-")[3]).toBe(String(startTicks));
    expect(isOwnerGone({ ...own(), pid: child.pid!, startTicks }, HERE)).toBe(false);
  } finally {
    child.kill("SIGKILL");
  }
});
