import { spawnSync } from "node:child_process";
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { currentOwner } from "../run/owner.ts";
import { reapDirectories } from "./reap-directories.ts";

const HOUR_MS = 60 * 60 * 1000;
const here = currentOwner();
const namespace = here.pidNamespace.replaceAll(/\D/g, "");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "apex-reap-test-"));
  mkdirSync(join(folder, "tmp"));
  vi.stubEnv("TMPDIR", join(folder, "tmp"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function make(name: string, place = "tmp"): string {
  const path = join(folder, place, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "terraform.tfstate"), "{}");
  return path;
}

test("directories of every kind go with their owner, also when its number is used again, and in stores", async () => {
  const ended = spawnSync("true").pid;
  const dead = [
    make(`apex-plan-${ended}-${here.startTicks}-${namespace}-a`),
    make(`apex-state-${here.pid}-1-${namespace}-b`),
    make(`apex-collect-${ended}-1-${namespace}-c`),
    make(`apex-run-${ended}-1-${namespace}-d`, "store/runs"),
  ];
  make(`apex-state-${here.pid}-${here.startTicks}-${namespace}-e`);
  make("apex-plan-1-other");
  const search = { now: Date.now(), inputFolders: [join(folder, "store/runs"), join(folder, "none")] };
  expect((await reapDirectories({ ...search, dryRun: true })).toSorted()).toEqual(dead.toSorted());
  expect(readdirSync(join(folder, "tmp"))).toHaveLength(5);
  expect((await reapDirectories({ ...search, dryRun: false })).toSorted()).toEqual(dead.toSorted());
  expect(await reapDirectories({ ...search, dryRun: false })).toEqual([]);
  expect(readdirSync(join(folder, "tmp"))).toHaveLength(2);
  expect(readdirSync(join(folder, "store/runs"))).toEqual([]);
});

test("what belongs to a process in another namespace stays until no run is that long", async () => {
  const path = make("apex-plan-1-1-1-a");
  const now = Date.now();
  expect(await reapDirectories({ dryRun: false, now })).toEqual([]);
  utimesSync(path, new Date(now), new Date(now - 3 * HOUR_MS));
  expect(await reapDirectories({ dryRun: false, now })).toEqual([path]);
});

test("links and files are left alone, whatever they are called", async () => {
  mkdirSync(join(folder, "target"));
  symlinkSync(join(folder, "target"), join(folder, `tmp/apex-plan-1-1-${namespace}-a`));
  writeFileSync(join(folder, `tmp/apex-plan-1-1-${namespace}-b`), "");
  expect(await reapDirectories({ dryRun: false, now: Date.now() })).toEqual([]);
});

test.skipIf(process.getuid?.() !== 0)("what belongs to others is left alone", async () => {
  chownSync(make(`apex-plan-1-1-${namespace}-a`), 12_345, 12_345);
  expect(await reapDirectories({ dryRun: false, now: Date.now() })).toEqual([]);
});
