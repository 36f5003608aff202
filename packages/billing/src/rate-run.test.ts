import { addDecimals, decimal, multiply } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { quoteRun } from "./quote-run.ts";
import { rateCardAt, rateCardProblem } from "./rate-card.ts";
import { rateRun } from "./rate-run.ts";
import { TEST_CARD } from "./testing/charges.ts";

const HOUR_NS = 3_600_000_000_000n;
const HOUR_MS = 3_600_000n;
const GIB = 1024n ** 3n;
const nothing = { cpuNs: 0n, memoryReservedByteMs: 0n, gpuMs: 0n, gpuModel: null };

test("an hour of 2 vCPUs, 8 GiB and a GPU costs the base and half of it again", () => {
  const rated = rateRun(
    {
      cpuNs: 2n * HOUR_NS,
      memoryReservedByteMs: 8n * GIB * HOUR_MS,
      gpuMs: HOUR_MS,
      gpuModel: "nvidia-h200",
    },
    TEST_CARD,
  );
  expect(
    rated.lines.map(({ kind, quantity, unitPrice, amount }) => [kind, quantity, unitPrice, amount]),
  ).toEqual([
    ["vcpu", "2", "0.06", "0.12"],
    ["memory", "8", "0.006", "0.048"],
    ["gpu", "1", "5.25", "5.25"],
  ]);
  expect(rated.amount).toBe("5.418");
});

test("a run below the minimum has a line for the rest, and nothing is rounded up in silence", () => {
  const rated = rateRun({ ...nothing, cpuNs: HOUR_NS / 60n }, TEST_CARD);
  expect(rated.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
    ["vcpu", "0.001"],
    ["minimum", "0.009"],
  ]);
  expect(rated.amount).toBe("0.01");
});

test("a second is a second: what cannot be divided is kept to 18 places", () => {
  const [line] = rateRun({ ...nothing, cpuNs: 1_000_000_000n }, TEST_CARD).lines;
  expect(line).toMatchObject({ amount: "0.000016666666666667", quantity: "0.000277777777777778" });
});

test("a GPU without a price, and usage below nothing, are refused", () => {
  expect(() => rateRun({ ...nothing, gpuMs: 1n, gpuModel: "tpu" }, TEST_CARD)).toThrow(
    "no price for the GPU tpu",
  );
  expect(() => rateRun({ ...nothing, cpuNs: -1n }, TEST_CARD)).toThrow("used -1 of vcpu");
});

test("lines add up, and more usage never costs less", () => {
  const count = fc.bigInt({ min: 0n, max: 10n ** 20n });
  fc.assert(
    fc.property(count, count, count, (cpuNs, memoryReservedByteMs, more) => {
      const rated = rateRun({ ...nothing, cpuNs, memoryReservedByteMs }, TEST_CARD);
      expect(addDecimals(...rated.lines.map(({ amount }) => amount))).toBe(rated.amount);
      const larger = rateRun({ ...nothing, cpuNs: cpuNs + more, memoryReservedByteMs }, TEST_CARD);
      expect(Number(larger.amount)).toBeGreaterThanOrEqual(Number(rated.amount));
    }),
  );
});

test("the quote is the most that a run can come to", () => {
  const reservation = { cores: 1.5, memoryBytes: 1e9, gpus: 0, gpuModel: null, maxSeconds: 90 };
  const quote = quoteRun(reservation, TEST_CARD);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
      const used = rateRun(
        {
          ...nothing,
          cpuNs: BigInt(Math.floor(share * 1.5 * 90e9)),
          memoryReservedByteMs: BigInt(Math.floor(share * 1e9 * 90e3)),
        },
        TEST_CARD,
      );
      expect(Number(used.amount)).toBeLessThanOrEqual(Number(quote.amount));
    }),
  );
  expect(() => quoteRun({ ...reservation, cores: Number.NaN }, TEST_CARD)).toThrow("NaN cores");
});

test("a run is priced by the newest card of its time", () => {
  const newer = { ...TEST_CARD, id: "newer", validFromMs: Date.UTC(2026, 11, 1) };
  expect(rateCardAt([newer, TEST_CARD], Date.UTC(2026, 11, 1) - 1)?.id).toBe(TEST_CARD.id);
  expect(rateCardAt([TEST_CARD, newer], Date.UTC(2026, 11, 1))?.id).toBe("newer");
  expect(rateCardAt([TEST_CARD], Date.UTC(2026, 9, 31))).toBeUndefined();
});

test("a card with a price below nothing, or without a date, is told", () => {
  expect(rateCardProblem(TEST_CARD)).toBeUndefined();
  const negative = { ...TEST_CARD, minimum: multiply(TEST_CARD.minimum, decimal(-1)) };
  expect(rateCardProblem(negative)).toContain("negative price (minimum)");
  expect(rateCardProblem({ ...TEST_CARD, currency: "XAU" })).toContain("is in XAU, which nothing is paid in");
  expect(rateCardProblem({ ...TEST_CARD, validFromMs: Number.NaN })).toContain("from when");
});
