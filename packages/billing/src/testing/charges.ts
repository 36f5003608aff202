import { decimal, multiply } from "@apex/core";
import type { Charge } from "../charge.ts";
import type { RateCard } from "../rate-card.ts";

/** A card of round prices. */
export const TEST_CARD: RateCard = {
  id: "test-2026-11-01",
  validFromMs: Date.UTC(2026, 10, 1),
  currency: "USD",
  base: { vcpuHour: decimal("0.04"), gibHour: decimal("0.004"), gpuHour: { "nvidia-h200": decimal("3.5") } },
  margin: decimal("0.5"),
  minimum: decimal("0.01"),
  source: "made up for tests",
};

/** A charge of November 2026 for vCPUs. */
export function aCharge(changes: Partial<Charge> = {}): Charge {
  const { tenant = "default", subject = "val-1", kind = "vcpu", quantity = decimal("2") } = changes;
  const unitPrice = changes.unitPrice ?? decimal("0.06");
  return {
    tenant,
    subject,
    from: "2026-11-21T10:00:00.000Z",
    at: "2026-11-21T11:00:00.000Z",
    kind,
    quantity,
    unit: "vCPU-Hours",
    unitPrice,
    amount: multiply(quantity, unitPrice),
    id: `${subject}/${kind}`,
    rateCard: TEST_CARD.id,
    currency: "USD",
    reverses: null,
    ...changes,
  };
}
