import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimDirectory } from "./claim-directory.ts";

let store: string;

beforeEach(async () => {
  store = await mkdtemp(path.join(tmpdir(), "apex-claim-"));
});

afterEach(() => rm(store, { recursive: true, force: true }));

const claim = (directory = "/work/stack", nowMs = Date.now()) =>
  claimDirectory(store, directory, () => nowMs);

/** Where the claims of the one directory lie. */
async function claimsOf(): Promise<string> {
  const [digest = ""] = await readdir(path.join(store, "transcripts/at-work"));
  return path.join(store, "transcripts/at-work", digest);
}

test("the second on one directory learns who is at work; another directory is free", async () => {
  {
    await using _first = await claim();
    await expect(claim()).rejects.toThrow(
      `another apex fix (process ${process.pid}) is at work on /work/stack`,
    );
    await using _other = await claim("/work/other");
  }
  await using _next = await claim();
});

test("of two that start at once one at most works", async () => {
  const settled = await Promise.allSettled([claim(), claim()]);
  const claims = settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  expect(claims.length).toBeLessThanOrEqual(1);
  for (const each of claims) await each[Symbol.asyncDispose]();
});

test("the claim of a process that has ended is nobody's", async () => {
  const first = await claim();
  const claims = await claimsOf();
  const name = path.basename(first.path);
  const ended = name.replace(`-${process.pid}-`, `-${spawnSync("true").pid}-`);
  await rename(first.path, path.join(claims, ended));
  await using next = await claim();
  expect(await readdir(claims)).toEqual([path.basename(next.path)]);
});

test("a claim that cannot be seen from here counts for a day", async () => {
  const first = await claim();
  const claims = await claimsOf();
  const unseen = path.basename(first.path).replace(/-\d+-(\w+)$/, "-1-$1");
  await mkdir(path.join(claims, unseen));
  await first[Symbol.asyncDispose]();
  await expect(claim()).rejects.toThrow("is at work");
  await using _tomorrow = await claim("/work/stack", Date.now() + 25 * 60 * 60 * 1_000);
});
