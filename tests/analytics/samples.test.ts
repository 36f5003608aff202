import { InvariantError, type MetricSeries, type UtilizationProfile } from "@apex/core";
import { aSeries, collect } from "@apex/store/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AnalyticsStore, homes, withStore as withHome } from "./homes.ts";

const ALWAYS = { startMs: -1e15, endMs: 1e15 };
const START = Date.UTC(2026, 10, 1);

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

describe.each(homes())("%s:", (_name, home) => {
  const withStore = <T>(work: (store: AnalyticsStore) => Promise<T>): Promise<T> => withHome(home, work);

  describe("samples", () => {
    test("come back as they were written, by resource, after the store was closed", async () => {
      await using place = await home();
      const written = [
        aSeries([3, 1, 2], { resourceId: "i-b" }),
        aSeries([0.1 + 0.2, -0, 1e300], { resourceId: "i-a", part: "gpu-0", metric: "gpu_busy_percent" }),
        aSeries([5], { resourceId: "i-a" }),
        aSeries([7], { resourceId: "i-a", part: "gpu-1", metric: "gpu_busy_percent" }),
        aSeries([8], { resourceId: "i-a", statistic: "average" }),
      ];
      const first = await place.open();
      expect(await first.samples.write(written)).toEqual({ points: 9 });
      await first.close();
      const second = await place.open();
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
            aSeries([index, index + 1, index + 2, 0, 1], {
              resourceId: `i-${String(index).padStart(4, "0")}`,
            }),
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

    test("are shared out in ranges that hold every resource once, in their order", () =>
      withStore(async ({ samples }) => {
        const ids = Array.from({ length: 40 }, (_, index) => `i-${String(index).padStart(2, "0")}`);
        const values = Array.from({ length: 2_000 }, (_, index) => index);
        await samples.write(ids.map((resourceId) => aSeries(values, { resourceId })));
        const ranges = await samples.split(3);
        // How finely resources can be told apart is each home's own.
        expect(ranges.length).toBeLessThanOrEqual(3);
        const found: string[][] = [];
        for (const range of ranges) {
          const profiles = await collect(samples.profiles(ALWAYS, range));
          found.push(profiles.map(({ resourceId }) => resourceId));
        }
        expect(found.flat()).toEqual(ids);
        expect(await samples.split(3, 1e12)).toEqual([{}]);
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

    test("because it was aborted rejects with the reason and leaves the old samples", async () => {
      await using place = await home();
      const abort = new AbortController();
      const store = await place.open(abort.signal);
      await store.samples.write([aSeries([1])]);
      async function* endless(): AsyncGenerator<MetricSeries> {
        yield aSeries([2]);
        abort.abort(new Error("Ctrl-C"));
      }
      await expect(store.samples.write(endless())).rejects.toThrow("Ctrl-C");
      await store.close();
      const again = await place.open();
      const [profile] = await collect(again.samples.profiles(ALWAYS));
      expect([...profile!.series[0]!.values]).toEqual([1]);
      await again.close();
    });
  });
});
