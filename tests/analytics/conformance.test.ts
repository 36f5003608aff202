import {
  type CostRow,
  decimal,
  InvariantError,
  type MetricSeries,
  type UtilizationProfile,
} from "@apex/core";
import { openClickHouse, openStore, type Store } from "@apex/store";
import { aCostRow, aSeries, batches, collect, temporaryDirectory } from "@apex/store/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalClickHouse, startClickHouse } from "./chdb.ts";

/** What every home of samples and bills is. */
type AnalyticsStore = Pick<Store, "samples" | "costs" | "close">;

/** A new and empty home, which can be opened more than once. */
interface Home extends AsyncDisposable {
  open(signal?: AbortSignal): Promise<AnalyticsStore>;
}

let server: LocalClickHouse;
let databases = 0;

beforeAll(async () => {
  server = await startClickHouse();
}, 60_000);

afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

async function filesHome(): Promise<Home> {
  const directory = await temporaryDirectory();
  return {
    open: (signal) => openStore({ directory: directory.path, ...(signal === undefined ? {} : { signal }) }),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

async function clickHouseHome(): Promise<Home> {
  databases += 1;
  const url = `${server.url}/home_${databases}`;
  return {
    open: (signal) => openClickHouse({ url, ...(signal === undefined ? {} : { signal }) }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const ALWAYS = { startMs: -1e15, endMs: 1e15 };
const START = Date.UTC(2026, 10, 1);
const OCTOBER = { BillingPeriodStart: "2026-10-01T00:00:00Z", BillingPeriodEnd: "2026-11-01T00:00:00Z" };

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

/** A sum by other means than the code's: whole numbers of 10⁻⁶⁰. */
function sumOf(values: readonly string[]): string {
  const scale = 60;
  const total = values.reduce((sum, value) => {
    const [whole = "0", fraction = ""] = value.replace("-", "").split(".");
    const digits = BigInt(whole + fraction.padEnd(scale, "0"));
    return sum + (value.startsWith("-") ? -digits : digits);
  }, 0n);
  const text = (total < 0n ? -total : total).toString().padStart(scale + 1, "0");
  const fraction = text.slice(-scale).replace(/0+$/, "");
  const whole = text.slice(0, -scale);
  return `${total < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

describe.each([
  ["files of segments and Parquet", filesHome],
  ["ClickHouse", clickHouseHome],
] as const)("%s:", (_home, home) => {
  async function withStore<T>(work: (store: AnalyticsStore) => Promise<T>): Promise<T> {
    await using place = await home();
    const store = await place.open();
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

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

  describe("a delivery", () => {
    test("comes back with every column and every digit", () =>
      withStore(async ({ costs }) => {
        const rows: CostRow[] = [
          aCostRow(),
          aCostRow({
            BilledCost: decimal("0.000000000000000001"),
            EffectiveCost: decimal("-12345678901234.123456789012345678"),
            ListCost: null,
            ContractedCost: decimal("1.9999999999999998e-6"),
            PricingQuantity: decimal("99999999999999999999999.5"),
            ResourceId: null,
            ChargeCategory: "Tax",
            ChargeClass: "Correction",
            PricingCategory: null,
            CommitmentDiscountStatus: "Unused",
            ChargeDescription: "| 'quoted' \"\n\u0001 日本",
            Tags: {},
          }),
        ];
        expect(await costs.replacePeriods(batches(rows))).toEqual({ rows: 2 });
        const stored = (await collect(costs.rows())).flat();
        expect(stored).toHaveLength(2);
        expect(stored).toEqual(expect.arrayContaining(rows));
      }));

    test("replaces its month and no other", () =>
      withStore(async ({ costs }) => {
        await costs.replacePeriods(
          batches(
            [aCostRow(), aCostRow({ ResourceId: "i-old" })],
            [aCostRow(OCTOBER), aCostRow({ BillingAccountId: "9" })],
          ),
        );
        await costs.replacePeriods(batches([aCostRow({ BilledCost: decimal("7"), ResourceId: "i-new" })]));
        expect(await costs.periods()).toEqual([
          {
            providerName: "AWS",
            billingAccountId: "111122223333",
            billingPeriodStart: "2026-10-01T00:00:00Z",
            rows: 1,
          },
          {
            providerName: "AWS",
            billingAccountId: "111122223333",
            billingPeriodStart: "2026-11-01T00:00:00Z",
            rows: 1,
          },
          { providerName: "AWS", billingAccountId: "9", billingPeriodStart: "2026-11-01T00:00:00Z", rows: 1 },
        ]);
        const ids = (await costs.costByResource()).map(({ resourceId, billed }) => [resourceId, billed]);
        expect(ids).toEqual([
          ["i-0a1", "3"],
          ["i-new", "7"],
        ]);
      }));

    test("that fails on the way changes nothing", () =>
      withStore(async ({ costs }) => {
        await costs.replacePeriods(batches([aCostRow()]));
        async function* failing(): AsyncGenerator<readonly CostRow[]> {
          yield [aCostRow({ BilledCost: decimal("9") }), aCostRow(OCTOBER)];
          throw new Error("line 3 is broken");
        }
        await expect(costs.replacePeriods(failing())).rejects.toThrow("line 3 is broken");
        expect((await costs.periods()).map(({ rows }) => rows)).toEqual([1]);
        expect((await costs.costByResource())[0]?.billed).toBe("1.5");
      }));

    test("without rows replaces nothing", () =>
      withStore(async ({ costs }) => {
        await costs.replacePeriods(batches([aCostRow()]));
        expect(await costs.replacePeriods(batches<CostRow>([], []))).toEqual({ rows: 0 });
        expect(await costs.costByResource()).toHaveLength(1);
      }));
  });

  describe("the cost by resource", () => {
    test("is the exact sum of usage, whatever the amounts look like", async () => {
      const amount = fc
        .tuple(fc.bigInt({ min: -(10n ** 34n), max: 10n ** 34n }), fc.integer({ min: 0, max: 40 }))
        .map(([digits, places]) => decimal(`${digits}e-${places}`));
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(amount, amount, fc.constantFrom("a", "b")), { minLength: 1, maxLength: 20 }),
          (rows) =>
            withStore(async ({ costs }) => {
              await costs.replacePeriods(
                batches(
                  rows.map(([billed, effective, ResourceId]) =>
                    aCostRow({
                      BilledCost: billed,
                      EffectiveCost: effective,
                      ListCost: effective,
                      ResourceId,
                    }),
                  ),
                ),
              );
              for (const cost of await costs.costByResource()) {
                const mine = rows.filter(([, , id]) => id === cost.resourceId);
                expect(cost.billed).toBe(sumOf(mine.map(([billed]) => billed)));
                expect(cost.effective).toBe(sumOf(mine.map(([, effective]) => effective)));
                expect(cost.list).toBe(cost.effective);
              }
            }),
        ),
        { numRuns: 15 },
      );
    });

    test("leaves out what is not usage or has no resource, and keeps currencies apart", () =>
      withStore(async ({ costs }) => {
        await costs.replacePeriods(
          batches([
            aCostRow({ ChargePeriodStart: "2026-11-05T00:00:00Z", ChargePeriodEnd: "2026-11-06T00:00:00Z" }),
            aCostRow(),
            aCostRow({ BillingCurrency: "EUR" }),
            aCostRow({ ChargeCategory: "Tax" }),
            aCostRow({ ChargeCategory: "Purchase" }),
            aCostRow({ ResourceId: null }),
          ]),
        );
        expect(await costs.costByResource()).toEqual([
          {
            resourceId: "i-0a1",
            currency: "EUR",
            billed: "1.5",
            effective: "1.25",
            list: "2",
            commitmentCoverage: 0,
            commitmentTypes: [],
            window: { start: "2026-11-02T00:00:00Z", end: "2026-11-03T00:00:00Z" },
          },
          {
            resourceId: "i-0a1",
            currency: "USD",
            billed: "3",
            effective: "2.5",
            list: "4",
            commitmentCoverage: 0,
            commitmentTypes: [],
            window: { start: "2026-11-02T00:00:00Z", end: "2026-11-06T00:00:00Z" },
          },
        ]);
      }));

    test("has no list cost when a row lacks one", () =>
      withStore(async ({ costs }) => {
        await costs.replacePeriods(batches([aCostRow(), aCostRow({ ListCost: null })]));
        expect((await costs.costByResource())[0]?.list).toBeNull();
      }));

    test.each([
      [
        "half of the effective cost",
        [
          { CommitmentDiscountStatus: "Used" as const, EffectiveCost: decimal(3) },
          { EffectiveCost: decimal(3) },
        ],
        0.5,
      ],
      ["committed by category", [{ PricingCategory: "Committed" as const }], 1],
      ["none of it", [{}], 0],
      ["not told by the bill", [{ PricingCategory: null }], null],
      ["a share of nothing", [{ EffectiveCost: decimal(0), PricingCategory: "Committed" as const }], null],
      [
        "told by another row of the same bill",
        [
          { PricingCategory: null },
          { ResourceId: "i-z", PricingCategory: null, CommitmentDiscountStatus: "Used" as const },
        ],
        0,
      ],
    ])("knows the commitments' share: %s", (_name, rows, share) =>
      withStore(async ({ costs }) => {
        await costs.replacePeriods(batches(rows.map((changes) => aCostRow(changes))));
        expect((await costs.costByResource())[0]?.commitmentCoverage).toBe(share);
      }),
    );

    test("names the commitments that cover a resource, each once, and none of those that do not", () =>
      withStore(async ({ costs }) => {
        const used = { CommitmentDiscountStatus: "Used" as const };
        const rows = [
          { ...used, CommitmentDiscountType: "Reserved" },
          { ...used, CommitmentDiscountType: "Compute Savings Plans" },
          { ...used, CommitmentDiscountType: "Reserved" },
          { CommitmentDiscountType: "unused elsewhere" },
          { ResourceId: "i-z" },
        ];
        await costs.replacePeriods(batches(rows.map((changes) => aCostRow(changes))));
        const found = await costs.costByResource();
        expect(found.map(({ commitmentTypes }) => commitmentTypes)).toEqual([
          ["Compute Savings Plans", "Reserved"],
          [],
        ]);
      }));

    test("is empty without bills", () =>
      withStore(async ({ costs }) => {
        expect(await costs.costByResource()).toEqual([]);
        expect(await collect(costs.rows())).toEqual([]);
      }));
  });
});
