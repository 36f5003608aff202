import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { InvariantError, type MetricSeries, type UtilizationProfile } from "@apex/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openStore } from "../open-store.ts";
import { aSeries, collect, temporaryDirectory } from "../testing.ts";

const ALWAYS = { startMs: -1e15, endMs: 1e15 };
const START = Date.UTC(2026, 10, 1);

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

function plain(profiles: readonly UtilizationProfile[]) {
  return profiles.map(({ resourceId, series }) => ({
    resourceId,
    series: series.map((one) => ({
      ...one,
      timestampsMs: [...one.timestampsMs],
      values: [...one.values],
    })),
  }));
}

describe("samples", () => {
  test("come back as they were written, by resource, after the store was closed", async () => {
    await using directory = await temporaryDirectory();
    const written = [
      aSeries([3, 1, 2], { resourceId: "i-b" }),
      aSeries([0.1 + 0.2, -0, 1e300], { resourceId: "i-a", part: "gpu-0", metric: "gpu_busy_percent" }),
      aSeries([5], { resourceId: "i-a" }),
      aSeries([7], { resourceId: "i-a", part: "gpu-1", metric: "gpu_busy_percent" }),
      aSeries([8], { resourceId: "i-a", statistic: "average" }),
    ];
    const first = await openStore({ directory: directory.path });
    expect(await first.samples.write(written)).toEqual({ points: 9 });
    await first.close();
    const second = await openStore({ directory: directory.path });
    const profiles = plain(await collect(second.samples.profiles(ALWAYS)));
    await second.close();
    expect(profiles.map(({ resourceId }) => resourceId)).toEqual(["i-a", "i-b"]);
    expect(profiles[0]?.series).toHaveLength(4);
    const expected = written.map((one) => ({
      ...one,
      timestampsMs: [...one.timestampsMs],
      values: [...one.values],
    }));
    expect(profiles.flatMap(({ series }) => series)).toEqual(expect.arrayContaining(expected));
  });

  test("of one time are replaced by the later write, within a write and between writes", () =>
    withStore(async ({ samples }) => {
      await samples.write([
        aSeries([1, 2, 3]),
        aSeries([20], { startMs: START + 300_000 }),
        aSeries([9, 9], { resourceId: "i-z" }),
      ]);
      await samples.write([aSeries([30, 40], { startMs: START + 600_000 })]);
      const [profile, other] = plain(await collect(samples.profiles(ALWAYS)));
      expect(profile?.series).toHaveLength(1);
      expect(profile?.series[0]?.values).toEqual([1, 20, 30, 40]);
      expect(other?.series[0]?.values).toEqual([9, 9]);
    }));

  test("of two periods stay two series, and a time is in one of them", () =>
    withStore(async ({ samples }) => {
      await samples.write([aSeries([1, 2])]);
      await samples.write([aSeries([10, 20], { periodMs: 60_000 })]);
      const [profile] = plain(await collect(samples.profiles(ALWAYS)));
      expect(profile?.series.map(({ periodMs, values }) => [periodMs, values])).toEqual([
        [60_000, [10, 20]],
        [300_000, [2]],
      ]);
    }));

  test("have the window from the first point to the end of the last period", () =>
    withStore(async ({ samples }) => {
      expect(await samples.window()).toBeUndefined();
      expect(await collect(samples.profiles(ALWAYS))).toEqual([]);
      expect(await samples.write([])).toEqual({ points: 0 });
      expect(await samples.window()).toBeUndefined();
      await samples.write([aSeries([1, 2]), aSeries([], { resourceId: "i-empty" })]);
      expect(await samples.window()).toEqual({ startMs: START, endMs: START + 600_000 });
    }));

  test("outside of the window are left out, its end too", () =>
    withStore(async ({ samples }) => {
      await samples.write([aSeries([1, 2, 3, 4]), aSeries([5], { resourceId: "i-z" })]);
      const window = { startMs: START + 300_000, endMs: START + 900_000 };
      const profiles = plain(await collect(samples.profiles(window)));
      expect(profiles.map(({ series }) => series.map(({ values }) => values))).toEqual([[[2, 3]]]);
    }));

  test("of more resources than fit into a chunk stream in order, and a reader may stop early", () =>
    withStore(async ({ samples }) => {
      const series: MetricSeries[] = [];
      for (let index = 0; index < 700; index++) {
        series.push(
          aSeries([index, index + 1, index + 2, 0, 1], { resourceId: `i-${String(index).padStart(4, "0")}` }),
        );
      }
      await samples.write(series.toReversed());
      let expected = 0;
      for await (const profile of samples.profiles(ALWAYS)) {
        expect(profile.resourceId).toBe(`i-${String(expected).padStart(4, "0")}`);
        expect(profile.series[0]?.values[0]).toBe(expected);
        expected++;
      }
      expect(expected).toBe(700);
      for await (const profile of samples.profiles(ALWAYS)) {
        expect(profile.resourceId).toBe("i-0000");
        break;
      }
      expect(await samples.write([aSeries([1])])).toEqual({ points: 1 });
    }));

  test("agree with a plain map after any writes", async () => {
    const point = fc.tuple(
      fc.integer({ min: 0, max: 6 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const series = fc.record({
      resourceId: fc.constantFrom("a", "b", "B", "é", "it's", ""),
      part: fc.constantFrom(undefined, "0", ""),
      points: fc.uniqueArray(point, { selector: ([at]) => at, maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(series, { maxLength: 4 }), { maxLength: 3 }), (writes) =>
        withStore(async ({ samples }) => {
          const expected = new Map<string, number>();
          for (const write of writes) {
            await samples.write(write.map(fromPoints));
            for (const { resourceId, part, points } of write) {
              for (const [at, value] of points)
                expected.set(JSON.stringify([resourceId, part ?? null, at]), value);
            }
          }
          const stored = new Map<string, number>();
          for await (const profile of samples.profiles(ALWAYS)) {
            for (const one of profile.series) {
              one.timestampsMs.forEach((at, index) =>
                stored.set(JSON.stringify([one.resourceId, one.part ?? null, at]), one.values[index]!),
              );
            }
          }
          expect(stored).toEqual(expected);
        }),
      ),
      { numRuns: 15 },
    );
  });
});

function fromPoints(one: {
  readonly resourceId: string;
  readonly part: string | undefined;
  readonly points: readonly (readonly [number, number])[];
}): MetricSeries {
  const points = one.points.toSorted(([a], [b]) => a - b);
  return {
    resourceId: one.resourceId,
    metric: "cpu_percent",
    statistic: "average",
    periodMs: 1,
    ...(one.part === undefined ? {} : { part: one.part }),
    timestampsMs: Float64Array.from(points, ([at]) => at),
    values: Float64Array.from(points, ([, value]) => value),
  };
}

describe("a write that fails", () => {
  test.each([
    ["a value that is not a number", aSeries([1, Number.NaN])],
    ["an infinite value", aSeries([Number.POSITIVE_INFINITY])],
    ["a time twice", aSeries([1, 2], { timestampsMs: Float64Array.of(5, 5) })],
    ["arrays of different lengths", aSeries([1, 2], { timestampsMs: Float64Array.of(5) })],
    ["no period", aSeries([1], { periodMs: 0 })],
  ])("because of %s leaves the old samples", (_name, broken) =>
    withStore(async ({ samples }) => {
      await samples.write([aSeries([1, 2])]);
      await expect(samples.write([aSeries([7, 7]), broken])).rejects.toThrow(InvariantError);
      const [profile] = await collect(samples.profiles(ALWAYS));
      expect([...profile!.series[0]!.values]).toEqual([1, 2]);
      await samples.write([aSeries([7, 7])]);
    }),
  );

  test("because its source fails leaves the old samples", () =>
    withStore(async ({ samples }) => {
      await samples.write([aSeries([1])]);
      async function* failing(): AsyncGenerator<MetricSeries> {
        yield aSeries([2]);
        throw new Error("the file ends here");
      }
      await expect(samples.write(failing())).rejects.toThrow("the file ends here");
      const [profile] = await collect(samples.profiles(ALWAYS));
      expect([...profile!.series[0]!.values]).toEqual([1]);
    }));

  test("leaves files that the next write removes", () =>
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

  test("because it was aborted rejects with the reason and leaves the old samples", async () => {
    await using directory = await temporaryDirectory();
    const abort = new AbortController();
    const store = await openStore({ directory: directory.path, signal: abort.signal });
    await store.samples.write([aSeries([1])]);
    async function* endless(): AsyncGenerator<MetricSeries> {
      yield aSeries([2]);
      abort.abort(new Error("Ctrl-C"));
    }
    await expect(store.samples.write(endless())).rejects.toThrow("Ctrl-C");
    await store.close();
    const again = await openStore({ directory: directory.path });
    const [profile] = await collect(again.samples.profiles(ALWAYS));
    expect([...profile!.series[0]!.values]).toEqual([1]);
    await again.close();
  });
});

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
