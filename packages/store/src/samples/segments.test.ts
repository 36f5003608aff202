import { readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AdapterError, type MetricSeries, METRIC_NAMES } from "@apex/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openStore, type Store } from "../open-store.ts";
import { aSeries, collect, temporaryDirectory } from "../testing.ts";
import { encodeBlock, pointsOf, readBlock, SharedTimes } from "./block.ts";
import { opened } from "./compact.ts";
import { joinPoints, type Points } from "./points.ts";
import { readProfiles } from "./read-profiles.ts";
import { stageSamples } from "./stage-samples.ts";

const ALWAYS = { startMs: -1e15, endMs: 1e15 };
const KEY = { resource: "i-é", metric: "cpu_percent", part: null, statistic: "maximum" };
const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 10, 1);

async function withStore<T>(work: (store: Store, samples: string) => Promise<T>): Promise<T> {
  await using directory = await temporaryDirectory();
  const store = await openStore({ directory: directory.path });
  try {
    return await work(store, join(directory.path, "samples"));
  } finally {
    await store.close();
  }
}

async function segmentsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".segment"));
}

const decimals = fc
  .tuple(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), fc.integer({ min: 0, max: 8 }))
  .map(([digits, places]) => digits / 10 ** places);

describe("a block", () => {
  test("gives back every time and value bit by bit", () => {
    const value = fc.oneof(decimals, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(-0));
    const times = fc.oneof(
      fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 30 }),
      fc.uniqueArray(fc.maxSafeInteger(), { minLength: 1, maxLength: 5 }),
    );
    fc.assert(
      fc.property(times, fc.infiniteStream(value), (at, values) => {
        const points: Points = {
          periodMs: 7,
          timestampsMs: Float64Array.from(at.toSorted((a, b) => a - b)),
          values: Float64Array.from(at, () => values.next().value as number),
        };
        const block = readBlock(encodeBlock(KEY, points));
        expect(block?.key).toEqual(KEY);
        const back = block && pointsOf(block, { startMs: -Infinity, endMs: Infinity }, new SharedTimes());
        expect(back).toEqual(points);
      }),
    );
  });

  test("of hundredths takes two bytes a value, and of what is always the same none", () => {
    const values = Float64Array.from(
      { length: 1000 },
      (_, index) => Math.round(Math.sin(index) * 5000 + 5000) / 100,
    );
    const timestampsMs = values.map((_, index) => START + index * 300_000);
    const bytes = (of: Float64Array): number =>
      encodeBlock(KEY, { periodMs: 300_000, timestampsMs, values: of }).length;
    expect(bytes(values)).toBeLessThan(2 * 1000 + 128);
    expect(bytes(values.fill(1 / 3))).toBeLessThan(128);
  });

  test("with a bit that changed is none", () => {
    const block = encodeBlock(KEY, aSeries([1, 2, 3.5]));
    fc.assert(
      fc.property(fc.nat(block.length * 8 - 33), (bit) => {
        const changed = block.slice();
        // The length is told by what surrounds the block.
        const at = 4 + (bit >>> 3);
        changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
        expect(readBlock(changed)).toBeUndefined();
      }),
    );
  });
});

describe("points of several writes", () => {
  test("are those of a map in which the later one replaces the earlier", () => {
    const piece = fc.record({
      periodMs: fc.constantFrom(1, 2),
      at: fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 6 }),
    });
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), (pieces) => {
        const expected = new Map<number, readonly [number, number]>();
        const written = pieces.map(({ periodMs, at }, index) => {
          const sorted = at.toSorted((a, b) => a - b);
          for (const time of sorted) expected.set(time, [periodMs, index * 100 + time]);
          return {
            periodMs,
            timestampsMs: Float64Array.from(sorted),
            values: Float64Array.from(sorted, (time) => index * 100 + time),
          };
        });
        const found = new Map<number, readonly [number, number]>();
        const joined = joinPoints(written);
        for (const { periodMs, timestampsMs, values } of joined) {
          expect([...timestampsMs]).toEqual([...timestampsMs].toSorted((a, b) => a - b));
          for (const [index, time] of timestampsMs.entries())
            found.set(time, [periodMs, values[index] ?? Number.NaN]);
        }
        expect(found).toEqual(expected);
        expect(new Set(joined.map(({ periodMs }) => periodMs)).size).toBe(joined.length);
      }),
    );
  });
});

describe("many writes", () => {
  test("of a day each are few segments, and one series each", () =>
    withStore(async ({ samples }, folder) => {
      const days = 70;
      for (let day = 0; day < days; day++) {
        const startMs = START + day * DAY_MS;
        await samples.write([
          aSeries([day, day + 0.5], { startMs }),
          aSeries([day], { startMs, resourceId: "i-z" }),
        ]);
      }
      // Eight of the first tier, and what is retired for readers.
      expect((await segmentsIn(folder)).length).toBeLessThan(2 * 8 + 1);
      const [first, second] = await collect(samples.profiles(ALWAYS));
      expect([...(first?.series[0]?.values ?? [])]).toEqual(
        Array.from({ length: days }, (_, day) => [day, day + 0.5]).flat(),
      );
      expect(second?.series[0]?.values.length).toBe(days);
      expect(await samples.window()).toEqual({
        startMs: START,
        endMs: START + (days - 1) * DAY_MS + 600_000,
      });
    }));

  test("that replace each other leave the last word to the last, when they are merged too", () =>
    withStore(async ({ samples }) => {
      for (let round = 0; round < 20; round++) {
        await samples.write([aSeries([round, -1], { startMs: START + (round % 3) * 300_000 })]);
      }
      const [profile] = await collect(samples.profiles(ALWAYS));
      expect([...(profile?.series[0]?.values ?? [])]).toEqual([18, 19, -1, -1]);
    }));

  test("that do not fit into memory at once are the same samples", async () => {
    await using directory = await temporaryDirectory();
    const series: MetricSeries[] = [];
    for (let index = 0; index < 60; index++) {
      series.push(
        aSeries([index, index + 1], { resourceId: `i-${(index * 7) % 20}`, startMs: START + index * 1000 }),
      );
    }
    let count = 0;
    const staged = await stageSamples(
      series,
      () => join(directory.path, `${count++}.segment`),
      undefined,
      512,
    );
    expect(staged.segments.length).toBeGreaterThan(5);
    const segments = await opened(
      staged.segments.map(({ path, points }) => ({ key: "", path, rows: points })),
    );
    const found = await collect(readProfiles(segments, ALWAYS, {}, undefined));
    for (const segment of segments) await segment.close();
    expect(found.map(({ resourceId }) => resourceId)).toEqual(
      [...new Set(series.map((one) => one.resourceId))].sort(),
    );
    expect(found.flatMap((profile) => profile.series.map(({ values }) => values.length))).toEqual(
      found.map(() => 6),
    );
  });

  test("of a series longer than a block come back whole, and cut to a window", () =>
    withStore(async ({ samples }) => {
      const long = aSeries(Array.from({ length: 150_000 }, (_, index) => index / 7));
      await samples.write([long]);
      const [profile] = await collect(samples.profiles(ALWAYS));
      expect(profile?.series).toEqual([long]);
      const window = { startMs: START + 65_000 * 300_000, endMs: START + 66_000 * 300_000 };
      const [part] = await collect(samples.profiles(window));
      expect(part?.series[0]?.values).toEqual(long.values.slice(65_000, 66_000));
    }));
});

test("ranges of resources hold every one once, however they are cut and written", async () => {
  const ids = fc.uniqueArray(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(ids, fc.array(fc.string({ maxLength: 3 }), { maxLength: 4 }), (resources, cuts) =>
      withStore(async ({ samples }) => {
        const half = resources.length >>> 1;
        await samples.write(resources.slice(0, half).map((resourceId) => aSeries([1], { resourceId })));
        await samples.write(resources.slice(half).map((resourceId) => aSeries([2], { resourceId })));
        const edges = [undefined, ...cuts.toSorted((a, b) => (a < b ? -1 : 1)), undefined];
        const found: string[] = [];
        for (const [index, from] of edges.slice(0, -1).entries()) {
          const before = edges[index + 1];
          const range = {
            ...(from === undefined ? {} : { from }),
            ...(before === undefined ? {} : { before }),
          };
          for await (const { resourceId } of samples.profiles(ALWAYS, range)) found.push(resourceId);
        }
        expect(found).toEqual(resources.toSorted((a, b) => (a < b ? -1 : 1)));
      }),
    ),
    { numRuns: 15 },
  );
});

test("a split holds every resource once, in parts of about the same size", () =>
  withStore(async ({ samples }) => {
    const ids = Array.from({ length: 400 }, (_, index) => `i-${String(index).padStart(3, "0")}`);
    const values = Array.from({ length: 1000 }, (_, index) => Math.sqrt(index));
    await samples.write(ids.map((resourceId) => aSeries(values, { resourceId })));
    const ranges = await samples.split(4);
    const parts = await Promise.all(ranges.map((range) => collect(samples.profiles(ALWAYS, range))));
    expect(parts.flatMap((part) => part.map(({ resourceId }) => resourceId))).toEqual(ids);
    expect(parts).toHaveLength(4);
    for (const part of parts) expect(part.length).toBeGreaterThan(50);
    expect(await samples.split(1)).toEqual([{}]);
  }));

describe("a segment", () => {
  async function withSegment(damage: (path: string) => Promise<void>): Promise<unknown> {
    return withStore(async ({ samples }, folder) => {
      await samples.write([aSeries(METRIC_NAMES.map((_, index) => index / 3))]);
      const [name = ""] = await segmentsIn(folder);
      await damage(join(folder, name));
      const failure = await collect(samples.profiles(ALWAYS)).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(AdapterError);
      expect(String(failure)).toContain(name);
      return failure;
    });
  }

  async function change(path: string, edit: (bytes: Buffer) => void): Promise<void> {
    const bytes = await readFile(path);
    edit(bytes);
    await writeFile(path, bytes);
  }

  test("that was cut short is refused", async () => {
    const size = async (path: string): Promise<number> => (await readFile(path)).length;
    expect(String(await withSegment(async (path) => truncate(path, (await size(path)) - 5)))).toContain(
      "cut short",
    );
    expect(String(await withSegment((path) => truncate(path, 0)))).toContain("no samples");
  });

  test("with a byte that changed is refused, in a block and in the index", async () => {
    const block = await withSegment((path) =>
      change(path, (bytes) => bytes.writeUInt8(bytes.readUInt8(120) ^ 1, 120)),
    );
    expect(String(block)).toMatch(/block at byte 16 is not what was written/);
    const index = await withSegment((path) => change(path, (bytes) => bytes.write("x", bytes.length - 30)));
    expect(String(index)).toMatch(/index is not readable/);
  });

  test("with a length that no block has is refused", async () => {
    const failure = await withSegment((path) =>
      change(path, (bytes) => bytes.writeUInt32LE(0xff_ff_ff_f8, 16)),
    );
    expect(String(failure)).toMatch(/not what was written/);
  });

  test("of a later format says which one it is", async () => {
    const failure = await withSegment((path) => change(path, (bytes) => bytes.writeUInt32LE(2, 8)));
    expect(String(failure)).toMatch(/format 2, and this Apex reads format 1/);
  });

  test("that is gone is said to be", async () => {
    expect(String(await withSegment((path) => rm(path)))).toMatch(/cannot open/);
  });
});

test("samples in the Parquet of an earlier version are refused with the next step", () =>
  withStore(async ({ samples }, folder) => {
    const files = [{ key: "samples", file: "0.parquet", rows: 1 }];
    await writeFile(join(folder, "manifest.json"), JSON.stringify({ format: 1, files, retired: [] }));
    await expect(samples.window()).rejects.toThrow(/another version of Apex; move .* away/);
  }));
