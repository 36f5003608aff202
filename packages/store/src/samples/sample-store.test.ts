import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MetricSeries } from "@apex/core";
import { expect, test } from "vitest";
import { openStore } from "../open-store.ts";
import { aSeries, collect, temporaryDirectory } from "../testing.ts";

const ALWAYS = { startMs: -1e15, endMs: 1e15 };

async function withStore<T>(
  work: (store: Awaited<ReturnType<typeof openStore>>, directory: string) => Promise<T>,
): Promise<T> {
  await using directory = await temporaryDirectory();
  const store = await openStore({ directory: directory.path });
  try {
    return await work(store, directory.path);
  } finally {
    await store.close();
  }
}

test("a write that fails leaves files that the next write removes", () =>
  withStore(async ({ samples }, directory) => {
    await samples.write([aSeries([1])]);
    await writeFile(join(directory, "samples", "half-written.segment"), "APEX");
    expect(await samples.window()).toBeDefined();
    await samples.write([aSeries([2])]);
    await samples.write([aSeries([3])]);
    const files = await readdir(join(directory, "samples"));
    // The manifest, and a segment for each write.
    expect(files).toHaveLength(4);
    expect(files).not.toContain("half-written.segment");
  }));

test("a directory whose name is a pattern or a quote is a directory", async () => {
  await using directory = await temporaryDirectory();
  const odd = join(directory.path, "it's [a] * {b}?");
  const store = await openStore({ directory: odd });
  await store.samples.write([aSeries([1])]);
  await store.samples.write([aSeries([2], { resourceId: "i-2" })]);
  expect(await collect(store.samples.profiles(ALWAYS))).toHaveLength(2);
  await store.close();
});

test("two writers of one process both get in", () =>
  withStore(async ({ samples }) => {
    await Promise.all([
      samples.write([aSeries([1], { resourceId: "i-1" })]),
      samples.write([aSeries([2], { resourceId: "i-2" })]),
    ]);
    expect(await collect(samples.profiles(ALWAYS))).toHaveLength(2);
  }));

test("readers do not wait for writers of their own process", () =>
  withStore(async (store) => {
    await store.samples.write([aSeries([1])]);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* slow(): AsyncGenerator<MetricSeries> {
      yield aSeries([2], { resourceId: "i-2" });
      await held;
    }
    const writing = store.samples.write(slow());
    expect(await collect(store.samples.profiles(ALWAYS))).toHaveLength(1);
    expect(await store.costs.costByResource()).toEqual([]);
    release();
    await writing;
    expect(await collect(store.samples.profiles(ALWAYS))).toHaveLength(2);
  }));

test("a damaged manifest is refused with its path and the next step", () =>
  withStore(async ({ samples }, directory) => {
    await samples.write([aSeries([1])]);
    const manifest = join(directory, "samples", "manifest.json");
    await writeFile(
      manifest,
      '{"format": 1, "files": [{"key": "x", "file": "../../etc/passwd", "rows": 1}]}',
    );
    await expect(samples.window()).rejects.toThrow(/manifest\.json is damaged .* move/);
    await writeFile(manifest, "{");
    await expect(samples.write([aSeries([1])])).rejects.toThrow(/manifest\.json is damaged/);
  }));
