import { addDecimals, type Decimal } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readEvidence } from "./savings-evidence.ts";
import type { MergedChange } from "./savings-input.ts";
import type { SavingsOutcome } from "./savings-proof.ts";
import { billed, days } from "./testing/bill.ts";
import { BEFORE, input, prove, RESIZE, SMALL } from "./testing/prove.ts";

const SECOND: MergedChange = { ...RESIZE, id: "val-2", mergedAt: "2026-09-10T09:00:00Z", to: "m6g.large" };
const NEXT = { sku: "m6g.large", price: "0.077" };
/** What a delivery may have or not, of the time after the first merge. */
const PARTS = [
  days("2026-08-21", "2026-09-01", SMALL),
  days("2026-09-01", "2026-09-10", SMALL),
  days("2026-09-11", "2026-10-01", NEXT),
  days("2026-10-01", "2026-11-01", NEXT),
  days("2026-10-10", "2026-11-01", { ...NEXT, paid: "19.5" }),
];
const billedMonths = billed("2026-07", "2026-08", "2026-09", "2026-10");
const delivery = fc.subarray(PARTS);

function proveOf(parts: typeof PARTS, earlier: readonly string[] = []): SavingsOutcome {
  const rows = [...BEFORE, ...parts.flat()];
  return prove(input(rows, { changes: [RESIZE, SECOND], until: "2026-10", billedMonths }), earlier);
}

/** What is to be shared of proofs that nothing stands in place of. */
function chargeable(evidence: readonly string[]): Decimal {
  const known = evidence.map(readEvidence);
  const replaced = new Set(known.flatMap(({ replaces }) => replaces));
  return addDecimals(...known.filter(({ id }) => !replaced.has(id)).map((proof) => proof.chargeable));
}

test("whatever was delivered before, what stays charged is what the last delivery alone proves", () => {
  fc.assert(
    fc.property(fc.array(delivery, { minLength: 1, maxLength: 5 }), (deliveries) => {
      const kept: string[] = [];
      for (const parts of deliveries)
        kept.push(...proveOf(parts, kept).proofs.map(({ evidence }) => evidence));
      const alone = proveOf(deliveries.at(-1) ?? []).proofs.map(({ evidence }) => evidence);
      expect(chargeable(kept)).toBe(chargeable(alone));
      expect(proveOf(deliveries.at(-1) ?? [], kept).proofs).toEqual([]);
      expect(new Set(kept.map((one) => readEvidence(one).id)).size).toBe(kept.length);
    }),
  );
});
