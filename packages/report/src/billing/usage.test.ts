import { readFileSync } from "node:fs";
import { chargesOf, rateModelUsage } from "@apex/billing";
import { decimal, multiply } from "@apex/core";
import { expect, test } from "vitest";
import { columns } from "../visible-text.ts";
import { renderUsageTable } from "./render-usage.ts";
import { CARD, chargesOfRun, chargesOfSaving, someCharges } from "./testing.ts";
import { type UsageCharge, type UsageParts, usageReport } from "./usage-report.ts";
import { renderUsageJson, usageJsonSchema } from "./usage-schema.ts";

const FAILED = "It is free: it failed before it had a verdict.";

const usage = (changes: Partial<UsageParts> = {}) =>
  usageReport({
    tenant: "acme",
    period: { start: "2026-11-01T00:00:00Z", end: "2026-12-01T00:00:00Z" },
    charges: someCharges().map((charge, index) => ({ ...charge, invoice: index < 4 ? "2026-000042" : null })),
    cards: [CARD],
    free: [
      { subject: "val-8", target: null, at: "2026-11-03T00:00:00Z", reason: FAILED },
      { subject: "val-9", target: "aws_instance.web", at: "2026-11-03T00:00:00Z", reason: FAILED },
    ],
    uncharged: [],
    ...changes,
  });
const table = (report = usage(), width = 120) => renderUsageTable(report, { width, colour: false });

const savings = (amount: string) => chargesOfSaving(amount).map((charge) => ({ ...charge, invoice: null }));

test("a run's usage, its base and margin, and where it is billed", () => {
  expect(table()).toMatchInlineSnapshot(`
    "acme, 2026-11-01T00:00:00Z until before 2026-12-01T00:00:00Z

    Charged      $0.1964 for 5 runs
    Validations  $0.1253 compute at base prices, $0.0712 margin
    Corrections  −$0.0437, in the sum already
    Invoiced     $0.1573; $0.0391 open

    subject  over at               vCPU-h   GiB-h  GPU-h     base   margin   amount  invoice
    val-4    2026-10-31T23:00:00Z   0.333    1.33         $0.0194  $0.0097  $0.0291  open
    val-1    2026-11-21T10:00:00Z   0.783    3.13         $0.0456  $0.0228  $0.0685  2026-000042
    val-2    2026-11-21T10:00:00Z    1.02    4.07         $0.0592  $0.0296  $0.0888  2026-000042
    val-3    2026-11-21T10:00:00Z  0.0167  0.0667         $0.0010  $0.0090  $0.0100  open
    val-5    2026-11-21T10:00:00Z                           $0.00    $0.00    $0.00  open

    Free (2)
      2 runs: it failed before it had a verdict (val-8, aws_instance.web)
    "
  `);
});

test("base is what compute costs us; minimum lines are all margin", () => {
  const [run] = usage({
    charges: chargesOfRun("val-3", 1).map((charge) => ({ ...charge, invoice: null })),
  }).subjects;
  expect(run?.amount).toBe("0.01");
  // 59.999999999 s of a core at 0.04048 and 1/15 GiB-hours at 0.004445.
  expect(run?.base).toBe("0.000970999999988755");
  expect(run?.margin).toBe("0.009029000000011245");
});

test("a card that is not known leaves base and margin unknown, and the amount as it is", () => {
  const report = usage({ cards: [] });
  expect(report.totals[0]).toMatchObject({ base: null, margin: null, amount: "0.196431999997841067" });
  expect(table(report)).toContain("unknown compute at base prices, unknown margin");
});

test("a share of savings is neither base nor margin", () => {
  const [total] = usage({ charges: savings("28.5") }).totals;
  expect(total).toMatchObject({ amount: "28.5", base: "0", margin: "0", savingsShare: "28.5" });
  const page = table(usage({ charges: savings("28.5") }));
  expect(page).toContain("$28.50 share of proven savings");
  expect(page).toContain("$28.50 for 1 saving\n");
});

/** What a model took for a repair or an answer. */
function modelCharges(subject: string): readonly UsageCharge[] {
  const taken = { model: "m-1", inputTokens: 12_345, outputTokens: 678, turnsWithoutUsage: 0 };
  const prices = { inputPerMillion: decimal("0.15"), outputPerMillion: decimal("0.6"), currency: "USD" };
  const times = { from: "2026-11-21T09:00:00Z", at: "2026-11-21T09:02:00Z" };
  const charge = rateModelUsage({ ...taken, prices }, CARD);
  const charges =
    charge.kind === "charged" ? chargesOf({ tenant: "acme", subject, ...times }, charge.rated) : [];
  return charges.map((one) => ({ ...one, invoice: null }));
}

test("answers that a model worded are no repairs", () => {
  const charges = [...modelCharges("fix-1"), ...modelCharges("ask-1"), ...modelCharges("ask-2")];
  const report = usage({ charges, free: [] });
  expect(report.subjects.map(({ subject, kind }) => [subject, kind])).toEqual([
    ["ask-1", "answer"],
    ["ask-2", "answer"],
    ["fix-1", "repair"],
  ]);
  expect(table(report)).toContain("for 1 repair and 2 answers\n");
  expect(JSON.parse(renderUsageJson(report)).subjects).toHaveLength(3);
});

test("repairs show their tokens, and what is not charged of them and why", () => {
  const reason = "The 500 tokens of m-2 are not charged: its price is not known.";
  const report = usage({
    charges: modelCharges("fix-1"),
    free: [],
    uncharged: [{ subject: "fix-2", at: "2026-11-22T00:00:00Z", model: "m-2", tokens: 500, reason }],
  });
  expect(report.subjects).toMatchObject([
    {
      kind: "repair",
      modelTokens: "13023",
      amount: "0.003387825",
      base: "0.00225855",
      margin: "0.001129275",
    },
  ]);
  expect(table(report)).toMatchInlineSnapshot(`
    "acme, 2026-11-01T00:00:00Z until before 2026-12-01T00:00:00Z

    Charged      $0.0034 for 1 repair
    Used         $0.0023 compute and models at base prices, $0.0011 margin
    Invoiced     $0.00; $0.0034 open

    subject  over at               vCPU-h  GiB-h  GPU-h  tokens     base   margin   amount  invoice
    fix-1    2026-11-21T09:02:00Z                        13,023  $0.0023  $0.0011  $0.0034  open

    Not charged (1)
      fix-2: The 500 tokens of m-2 are not charged: its price is not known.
    "
  `);
  expect(JSON.parse(renderUsageJson(report))).toMatchObject({
    uncharged: [{ subject: "fix-2", tokens: 500 }],
  });
});

test("currencies are never added up", () => {
  const euros = chargesOfRun("val-9", 60).map((charge) => ({ ...charge, currency: "EUR", invoice: null }));
  const report = usage({ charges: [...savings("1"), ...euros] });
  expect(report.totals.map(({ currency, subjects }) => [currency, subjects])).toEqual([
    ["EUR", 1],
    ["USD", 1],
  ]);
});

test("another tenant's charges are refused", () => {
  const foreign = chargesOfRun("val-1", 5).map((charge) => ({ ...charge, tenant: "other", invoice: null }));
  expect(() => usage({ charges: foreign })).toThrow("val-1/vcpu is of other, not of acme");
});

test("a month may have more charges than a function may have arguments", () => {
  const [charge] = chargesOfRun("val-1", 47);
  if (charge === undefined) throw new Error("no charge");
  const charges = Array.from({ length: 130_000 }, () => ({ ...charge, invoice: null }));
  expect(usage({ charges }).totals[0]?.open).toBe(multiply(charge.amount, decimal(charges.length)));
});

test("nothing used is nothing charged", () => {
  const none = usage({ charges: [], free: [] });
  expect(table(none)).toContain("Nothing was charged.");
  expect(JSON.parse(renderUsageJson(none))).toMatchObject({
    schema: "apex.usage/v1",
    totals: [],
    subjects: [],
  });
});

test("no terminal is too narrow, and a month of many runs is cut", () => {
  const many = Array.from({ length: 100 }, (_, index) => chargesOfRun(`val-${index}`, 5)).flat();
  const report = usage({ charges: many.map((charge) => ({ ...charge, invoice: null })) });
  expect(table(report)).toContain("… and 40 more in the JSON form");
  for (const width of [40, 70, 100, 160]) {
    for (const line of table(usage(), width).split("\n")) expect(columns(line)).toBeLessThanOrEqual(width);
  }
});

test("the schema is the one that is published", () => {
  const committed = readFileSync(new URL("../../apex-usage-v1.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(committed)).toEqual(JSON.parse(usageJsonSchema()));
});
