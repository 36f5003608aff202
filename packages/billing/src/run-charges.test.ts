import { addDecimals, compareDecimals, decimal } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { PUBLISHED_RATE_CARDS } from "./published-rate-cards.ts";
import { rateCardAt, rateCardProblem } from "./rate-card.ts";
import { type BilledEnding, chargeRun } from "./run-charges.ts";

const CARD = PUBLISHED_RATE_CARDS[0]!;
const HOUR_NS = 3_600_000_000_000n;
const CAP = decimal("10");
const nothing = { cpuNs: 0n, memoryReservedByteMs: 0n, gpuMs: 0n, gpuModel: null };
const hour = { ...nothing, cpuNs: HOUR_NS };
const VERDICT: BilledEnding = { kind: "verdict", isOurFault: false };

function linesOf(ending: BilledEnding, usage = hour, cap = CAP): readonly (readonly [string, string])[] {
  const charge = chargeRun({ ending, usage, cap }, CARD);
  return charge.kind === "free" ? [] : charge.rated.lines.map(({ kind, amount }) => [kind, amount]);
}

test("a verdict costs what the run used, and the minimum at least", () => {
  expect(linesOf(VERDICT)).toEqual([["vcpu", "0.06072"]]);
  expect(linesOf(VERDICT, nothing)).toEqual([["minimum", "0.01"]]);
});

test("what the customer stopped costs what it used, without a minimum", () => {
  for (const reason of ["cancelled", "budget", "deadline"] as const) {
    expect(linesOf({ kind: "stopped", reason })).toEqual([["vcpu", "0.06072"]]);
    expect(linesOf({ kind: "stopped", reason }, { ...nothing, cpuNs: HOUR_NS / 100n })).toEqual([
      ["vcpu", "0.0006072"],
    ]);
    expect(chargeRun({ ending: { kind: "stopped", reason }, usage: nothing, cap: CAP }, CARD)).toMatchObject({
      kind: "free",
      reason: "It is free: it used nothing.",
    });
  }
});

test("a run without a verdict through no will of the customer is free, and says why", () => {
  const endings: readonly BilledEnding[] = [
    { kind: "verdict", isOurFault: true },
    { kind: "stopped", reason: "cap" },
    { kind: "failed" },
    { kind: "released" },
    { kind: "crashed" },
  ];
  const reasons = endings.map((ending) => {
    const charge = chargeRun({ ending, usage: hour, cap: CAP }, CARD);
    return charge.kind === "free" ? charge.reason : "";
  });
  expect(new Set(reasons).size).toBe(endings.length);
  for (const reason of reasons) expect(reason).toMatch(/^It is free: .+\.$/);
});

test("what is above the quote is taken off by a line that says so", () => {
  expect(linesOf(VERDICT, hour, decimal("0.05"))).toEqual([
    ["vcpu", "0.06072"],
    ["cap", "-0.01072"],
  ]);
  // The minimum is not charged to be taken off again.
  expect(linesOf(VERDICT, nothing, decimal("0.004"))).toEqual([["minimum", "0.004"]]);
  expect(linesOf(VERDICT, nothing, decimal("0"))).toEqual([]);
  expect(() => linesOf(VERDICT, hour, decimal("-1"))).toThrow("a cap of -1");
});

test("whatever was used, the lines add up, to no more than the cap and no less than nothing", () => {
  const count = fc.bigInt({ min: 0n, max: 10n ** 20n });
  const cents = fc.bigInt({ min: 0n, max: 10n ** 6n });
  const ending = fc.constantFrom<BilledEnding>(VERDICT, { kind: "stopped", reason: "cancelled" });
  fc.assert(
    fc.property(count, count, cents, ending, (cpuNs, memoryReservedByteMs, capCents, how) => {
      const cap = decimal(`${capCents}e-3`);
      const usage = { ...nothing, cpuNs, memoryReservedByteMs };
      const charge = chargeRun({ ending: how, usage, cap }, CARD);
      if (charge.kind === "free") return;
      const { lines, amount } = charge.rated;
      expect(addDecimals(...lines.map((line) => line.amount))).toBe(amount);
      expect(compareDecimals(amount, cap)).toBeLessThanOrEqual(0);
      expect(compareDecimals(amount, decimal(0))).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("the published cards can be charged by, each has its own id and instant, and now has one", () => {
  expect(PUBLISHED_RATE_CARDS.map(rateCardProblem)).toEqual(PUBLISHED_RATE_CARDS.map(() => undefined));
  expect(new Set(PUBLISHED_RATE_CARDS.map(({ id }) => id)).size).toBe(PUBLISHED_RATE_CARDS.length);
  for (const { id, validFromMs } of PUBLISHED_RATE_CARDS) {
    expect(id).toBe(`bvm-${new Date(validFromMs).toISOString().slice(0, 10)}`);
    expect(rateCardAt(PUBLISHED_RATE_CARDS, validFromMs)?.id).toBe(id);
  }
});
