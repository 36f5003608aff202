import { fileURLToPath } from "node:url";
import { pricePlan } from "@apex/catalog";
import { planDirectory } from "@apex/sandbox-terraform";
import { expect, test } from "vitest";

/** What costs something, a month, before anything of it exists: worked out by hand from the price list of us-central1. */
const MONTHLY: Readonly<Record<string, string | null>> = {};

test("a plan of Google Cloud is priced by the attributes of the real schema", async () => {
  const directory = fileURLToPath(new URL("google", import.meta.url));
  const { plan, diagnostics } = await planDirectory({ directory });
  expect(diagnostics.filter((each) => each.severity === "error")).toEqual([]);
  const { resources } = pricePlan(plan!, "after");
  console.log(JSON.stringify(resources.map((r) => [r.address, r.monthlyCost, r.unpriced]), null, 1), resources.find((r) => r.address.endsWith("web_tls")));
  const costs = resources.flatMap(({ address, monthlyCost }) =>
    monthlyCost === "0" ? [] : [[address, monthlyCost] as const],
  );
  expect(Object.fromEntries(costs)).toEqual(MONTHLY);
});
