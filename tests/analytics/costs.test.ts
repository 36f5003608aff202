import { addDecimals, type CostRow, decimal } from "@apex/core";
import type { UsageTotal } from "@apex/store";
import { aCostRow, batches, collect } from "@apex/store/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AnalyticsStore, homes, withStore as withHome } from "./homes.ts";

const OCTOBER = { BillingPeriodStart: "2026-10-01T00:00:00Z", BillingPeriodEnd: "2026-11-01T00:00:00Z" };

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

const row = fc
  .record({
    BillingPeriodStart: fc.constantFrom("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z"),
    ChargeCategory: fc.constantFrom("Usage" as const, "Usage" as const, "Tax" as const),
    PricingCategory: fc.constantFrom("Standard" as const, "Committed" as const, null),
    PricingQuantity: fc.constantFrom(
      decimal("1"),
      decimal("0.25"),
      decimal("2.0000000000000000000001"),
      null,
    ),
    EffectiveCost: fc.constantFrom(decimal("1.25"), decimal("-0.1"), decimal("3.0000000000000000000001")),
    RegionId: fc.constantFrom("eu-west-1", "us-east-1", null),
    x_UsageType: fc.constantFrom("BoxUsage:m5.xlarge", "EBS:VolumeUsage.gp3", null),
  })
  .map((changes): CostRow => aCostRow(changes));

/** Sums by what tells kinds apart, for rows and for totals alike. */
function sums(rows: readonly (CostRow | UsageTotal)[]): Map<string, readonly [string, string]> {
  const found = new Map<string, readonly [string, string]>();
  for (const one of rows.filter(({ ChargeCategory }) => ChargeCategory === "Usage")) {
    const { BillingCurrency, PricingCategory, PricingUnit, RegionId, x_UsageType, x_Operation } = one;
    const kind = [BillingCurrency, PricingCategory, PricingUnit, RegionId, x_UsageType, x_Operation];
    const key = JSON.stringify([...kind, one.PricingQuantity === null]);
    const [hours, cost] = found.get(key) ?? ["0", "0"];
    found.set(key, [
      addDecimals(decimal(hours), one.PricingQuantity ?? decimal(0)),
      addDecimals(decimal(cost), one.EffectiveCost),
    ]);
  }
  return found;
}

describe.each(homes())("%s:", (_name, home) => {
  const withStore = <T>(work: (store: AnalyticsStore) => Promise<T>): Promise<T> => withHome(home, work);

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

    test("tells whose charges it holds, and can be left out of all sums", () =>
      withStore(async ({ costs }) => {
        const later = { ChargePeriodStart: "2026-11-20T00:00:00Z", ChargePeriodEnd: "2026-11-21T00:00:00Z" };
        const first = aCostRow({ SubAccountId: "1" });
        const member = aCostRow({ BillingAccountId: "9", SubAccountId: null, ResourceId: "i-9" });
        await costs.replacePeriods(batches([first, aCostRow({ SubAccountId: "1", ...later }), member]));
        const november = { providerName: "AWS", billingPeriodStart: first.BillingPeriodStart };
        const { ChargePeriodStart: start, ChargePeriodEnd } = first;
        expect(await costs.accounts()).toEqual([
          {
            ...november,
            billingAccountId: first.BillingAccountId,
            subAccountId: "1",
            start,
            end: later.ChargePeriodEnd,
          },
          { ...november, billingAccountId: "9", subAccountId: null, start, end: ChargePeriodEnd },
        ]);
        const without = [{ ...november, billingAccountId: first.BillingAccountId }];
        expect((await costs.costByResource(without)).map(({ resourceId }) => resourceId)).toEqual(["i-9"]);
        const left = await costs.usageTotals(without);
        expect(left.map(({ EffectiveCost }) => EffectiveCost)).toEqual([member.EffectiveCost]);
        expect(await costs.costByResource()).toHaveLength(2);
        expect(await costs.costByResource([{ ...november, billingAccountId: "8" }])).toHaveLength(2);
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

  test("totals of usage add up to what the rows do, by kind", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) =>
        withStore(async (store) => {
          await store.costs.replacePeriods(batches(rows));
          expect(sums(await store.costs.usageTotals())).toEqual(sums(rows));
        }),
      ),
      { numRuns: 20 },
    );
  });

  test("a store without bills has no totals", () =>
    withStore(async (store) => {
      expect(await store.costs.usageTotals()).toEqual([]);
    }));
});
