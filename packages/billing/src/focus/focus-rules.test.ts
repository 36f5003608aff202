import { type Decimal, decimal } from "@apex/core";
import { expect, test } from "vitest";
import { FORMAT_RULES, VALUE_RULES } from "./focus-row-rules.ts";
import type { FocusRow } from "./focus-row.ts";
import { focusRows } from "./focus-rows.ts";
import { focusViolations } from "./focus-rules.ts";
import { isFocusUnit } from "./focus-unit.ts";
import { Books } from "./testing/books.ts";

const HOUR_NS = 3_600_000_000_000n;

function books(): Books {
  const made = new Books();
  made.settle("val-1", { cpuNs: HOUR_NS, byteMs: 0n });
  made.settle("val-2", { cpuNs: 1n, byteMs: 0n });
  made.issue();
  return made;
}

const { invoices } = books().export;
const [USAGE, , , ADJUSTMENT] = focusRows(books().export) as [FocusRow, FocusRow, FocusRow, FocusRow];
const WRONG = "one and a half" as Decimal;
const COLUMNS = Object.keys(USAGE) as (keyof FocusRow)[];

function rulesOf(rows: readonly FocusRow[]): readonly string[] {
  return focusViolations(rows, []).map(({ rule }) => rule);
}

/** What breaks a rule: changes of a row of usage, or of another row. */
const PLANTED: readonly (readonly [string, Partial<FocusRow>, FocusRow?])[] = [
  ["BilledCost-C-003-M", { BilledCost: null }],
  ["BillingAccountId-C-003-M", { BillingAccountId: null }],
  ["BillingAccountName-C-003-C", { BillingAccountName: null }],
  ["BillingAccountType-C-005-C", { BillingAccountType: null }],
  ["BillingCurrency-C-004-M", { BillingCurrency: null }],
  ["BillingPeriodEnd-C-003-M", { BillingPeriodEnd: null }],
  ["BillingPeriodStart-C-003-M", { BillingPeriodStart: null }],
  ["ChargeCategory-C-002-M", { ChargeCategory: null }],
  ["ChargeFrequency-C-002-M", { ChargeFrequency: null }],
  ["ChargePeriodEnd-C-003-M", { ChargePeriodEnd: null }],
  ["ChargePeriodStart-C-003-M", { ChargePeriodStart: null }],
  ["ContractedCost-C-003-M", { ContractedCost: null }],
  ["EffectiveCost-C-003-M", { EffectiveCost: null }],
  ["InvoiceIssuerName-C-003-M", { InvoiceIssuerName: null }],
  ["ListCost-C-003-M", { ListCost: null }],
  ["PricingCurrency-C-004-M", { PricingCurrency: null }],
  ["ProviderName-C-003-M", { ProviderName: null }],
  ["PublisherName-C-003-M", { PublisherName: null }],
  ["ServiceCategory-C-002-M", { ServiceCategory: null }],
  ["ServiceName-C-003-M", { ServiceName: null }],
  ["ServiceSubcategory-C-002-M", { ServiceSubcategory: null }],
  ["BilledCost-C-002-M", { BilledCost: WRONG }],
  ["ConsumedQuantity-C-002-M", { ConsumedQuantity: "+1" as Decimal }],
  ["ContractedCost-C-002-M", { ContractedCost: "1,000" as Decimal }],
  ["ContractedUnitPrice-C-003-M", { ContractedUnitPrice: "$1" as Decimal }],
  ["EffectiveCost-C-002-M", { EffectiveCost: decimal("1e-19") }],
  ["ListCost-C-002-M", { ListCost: decimal("1e20") }],
  ["ListUnitPrice-C-002-M", { ListUnitPrice: WRONG }],
  ["PricingQuantity-C-002-M", { PricingQuantity: WRONG }],
  ["BillingPeriodEnd-C-002-M", { BillingPeriodEnd: "2026-12-01" }],
  ["BillingPeriodStart-C-002-M", { BillingPeriodStart: "2026-11-01 00:00:00" }],
  ["ChargePeriodEnd-C-002-M", { ChargePeriodEnd: "2026-11-03T10:02:11.750Z" }],
  ["ChargePeriodStart-C-002-M", { ChargePeriodStart: "2026-11-03T10:00:00+01:00" }],
  ["NullHandling", { SubAccountId: " " }],
  ["ChargeCategory-C-003-M", { ChargeCategory: "Refund" }],
  ["ChargeClass-C-005-C", { ChargeClass: "Reversal" }],
  ["ChargeFrequency-C-003-M", { ChargeFrequency: "Usage-based" }],
  ["PricingCategory-C-007-M", { PricingCategory: "On-Demand" }],
  ["ConsumedUnit-C-004-C", { ConsumedQuantity: null }],
  ["ConsumedUnit-C-005-C", { ConsumedUnit: null }],
  ["PricingUnit-C-005-C", { PricingQuantity: null }],
  ["PricingUnit-C-006-C", { PricingUnit: null }],
  ["ResourceType-C-004-C", { ResourceId: null }],
  ["ResourceType-C-005-C", { ResourceType: null }],
  ["SkuMeter-C-004-C", { SkuId: null }],
  ["SkuMeter-C-005-C", { SkuMeter: null }],
  ["SubAccountName-C-003-C", { SubAccountName: "Team" }],
  ["SubAccountName-C-004-C", { SubAccountId: "team" }],
  ["SubAccountType-C-004-C", { SubAccountType: "Team" }],
  ["SubAccountType-C-005-C", { SubAccountId: "team" }],
  ["ContractedUnitPrice-C-005-C", { ChargeCategory: "Tax" }],
  ["ListUnitPrice-C-004-C", { ChargeCategory: "Tax" }],
  ["PricingCategory-C-003-C", { ChargeCategory: "Tax" }],
  ["PricingQuantity-C-004-C", { ChargeCategory: "Tax" }],
  ["SkuId-C-004-C", { ChargeCategory: "Tax" }],
  ["SkuPriceId-C-004-C", { ChargeCategory: "Tax" }],
  ["ContractedUnitPrice-C-006-C", { ContractedUnitPrice: null }],
  ["ListUnitPrice-C-005-C", { ListUnitPrice: null }],
  ["PricingCategory-C-004-C", { PricingCategory: null }],
  ["PricingQuantity-C-005-C", { PricingQuantity: null }],
  ["SkuId-C-005-C", { SkuId: null }],
  ["SkuPriceId-C-005-C", { SkuPriceId: null }],
  ["ListCost-C-009-C", { ListCost: decimal("0.060720000000000001") }],
  ["ContractedCost-C-009-C", { ContractedCost: decimal("0.06") }],
  ["ListCost-C-008-C", { ListCost: decimal("1") }, ADJUSTMENT],
  ["ContractedCost-C-008-C", { ContractedCost: decimal("1") }, ADJUSTMENT],
  ["EffectiveCost-C-010-C", { EffectiveCost: decimal("1") }, ADJUSTMENT],
  ["ListUnitPrice-C-008-M", { ListUnitPrice: decimal("-0.06072") }],
  ["ContractedUnitPrice-C-009-C", { ContractedUnitPrice: decimal("-0.06072") }],
  ["BillingPeriodEnd-C-004-M", { BillingPeriodEnd: "2026-11-01T00:00:00Z" }],
  ["ChargePeriodEnd-C-004-M", { ChargePeriodEnd: "2026-11-03T10:00:00Z" }],
  ["BillingCurrency-C-006-M", { BillingCurrency: "Credits" }],
  ["PricingCurrency-C-003-M", { PricingCurrency: "usd" }],
  ["ConsumedUnit-C-003-O", { ConsumedUnit: "vcpu-hours" }],
  ["PricingUnit-C-003-O", { PricingUnit: "gigabyte-seconds" }],
  ["BilledCost-C-005-C", { InvoiceIssuerName: "A Marketplace" }],
  ["ChargeFrequency-C-004-C", { ChargeCategory: "Purchase" }],
  ["ConsumedQuantity-C-004-C", { ChargeCategory: "Adjustment" }],
  ["ConsumedQuantity-C-006-C", { ConsumedQuantity: null, ConsumedUnit: null }],
  ["EffectiveCost-C-005-C", { ChargeCategory: "Purchase" }],
  ["ResourceName-C-004-C", { ResourceName: "run" }, ADJUSTMENT],
  ["SkuPriceDetails-C-004-C", { SkuPriceDetails: "{}" }, ADJUSTMENT],
  ["ServiceSubcategory-C-004-M", { ServiceSubcategory: "Containers" }],
];

test.for(PLANTED)("%s is found where it is broken", ([rule, change, row = USAGE]) => {
  const base = rule === "ResourceName-C-004-C" ? { ...row, ResourceId: null, ResourceType: null } : row;
  expect(rulesOf([{ ...base, InvoiceId: null }])).not.toContain(rule);
  const [found] = focusViolations([{ ...base, InvoiceId: null, ...change }], []).filter(
    (one) => one.rule === rule,
  );
  expect(found?.message).toMatch(new RegExp(`^${rule}: Row 1( \\(.+\\))?: .+\\.$`));
});

test("each rule on a row has a row here that breaks it", () => {
  const rules = [...FORMAT_RULES, ...VALUE_RULES].map(({ rule }) => rule);
  expect(new Set(PLANTED.map(([rule]) => rule))).toEqual(new Set(rules));
});

test("a row with a value that cannot be read is told, and does not stop the others", () => {
  for (const column of COLUMNS) {
    const rows = [
      { ...USAGE, [column]: "" },
      { ...USAGE, ChargeCategory: "Refund" },
    ];
    expect(rulesOf(rows)).toContain("ChargeCategory-C-003-M");
  }
});

test("a doubled, lost, misplaced or altered charge is found, which no rule on a row can see", () => {
  const rows = focusRows(books().export);
  expect(focusViolations(rows, invoices)).toEqual([]);
  const rulesWith = (changed: readonly FocusRow[], of = invoices): readonly string[] => [
    ...new Set(focusViolations(changed, of).map(({ rule }) => rule)),
  ];
  expect(rulesWith([...rows, rows[0]!])).toEqual(["BilledCost-C-007-M", "x_Reconciliation-ChargeTwice"]);
  expect(rulesWith(rows.slice(1))).toEqual(["BilledCost-C-007-M", "x_Reconciliation-ChargeMissing"]);
  expect(rulesWith(rows, [])).toEqual(["InvoiceId-C-004-C"]);
  const open = rows.map((row, index) => (index === 0 ? { ...row, InvoiceId: null } : row));
  expect(rulesWith(open)).toContain("InvoiceId-C-005-C");
  const more = rows.map((row, index) =>
    index === 0 ? { ...row, BilledCost: decimal("0.060720000000000001") } : row,
  );
  expect(rulesWith(more)).toEqual(["BilledCost-C-007-M"]);
});

test("an invoice may have more rows than a function may have arguments", () => {
  // Each breaks one rule of its format, so that nothing else of it is looked at.
  const rows = Array.from({ length: 130_000 }, () => ({ ...USAGE, ChargeClass: "Many" }));
  const messages = focusViolations(rows, invoices).map(({ message }) => message);
  expect(messages).toContain(
    "BilledCost-C-007-M: The rows of invoice 2026-000001 sum up to 7893.6, and it is 0.07.",
  );
});

test("what several rows have to agree on is found where they do not", () => {
  const changes = [
    ["ServiceName-C-005-C", { ServiceCategory: "Management and Governance", ServiceSubcategory: "Support" }],
    ["ServiceName-C-008-C", { ServiceSubcategory: "Developer Platforms" }],
    ["SkuPriceId-C-008-M", { SkuId: "another" }],
    ["SkuPriceId-C-014-C", { ListUnitPrice: decimal("1"), ListCost: decimal("1") }],
    ["InvoiceId-C-007-C", { BillingAccountId: "umbrella" }],
    ["BillingCurrency-C-005-M", { BillingCurrency: "EUR" }],
  ] as const;
  for (const [rule, change] of changes) {
    expect(rulesOf([USAGE, USAGE])).not.toContain(rule);
    expect(rulesOf([USAGE, { ...USAGE, ...change }])).toContain(rule);
  }
});

test("units are spelled as FOCUS spells them", () => {
  const right =
    "vCPU-Hours,GiB-Hours,GPU-Hours,Runs,Savings,GB,1000 Tokens,Requests/Day,Units/3 Months".split(",");
  expect(right.filter((unit) => !isFocusUnit(unit))).toEqual([]);
  const wrong =
    "Hour,hours,gigabyte,Gigabytes,GBs-Hours,vCPU-Hour,Hours-GB,Tokens 1000,0 Tokens,1.5 Tokens,Requests/Days,Requests/day,A-B-C,Units/ Months,A/Day/Day,";
  expect(wrong.split(",").filter(isFocusUnit)).toEqual([]);
});
