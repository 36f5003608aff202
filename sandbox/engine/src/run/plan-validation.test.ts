import { expect, test } from "vitest";
import { planValidation, replayOptions } from "./plan-validation.ts";
import { buildRequest, buildWorkload } from "./testing/build-request.ts";
import { SimulatedSandbox } from "./testing/simulated-sandbox.ts";

function connectionsFor(workload: ReturnType<typeof buildWorkload>): number {
  const planned = planValidation(buildRequest({ workload }), new SimulatedSandbox().facts);
  return planned.kind === "planned" ? replayOptions(planned.plan).connectionsMax : Number.NaN;
}

test("slow requests get as many connections as may be in flight at the highest load, within bounds", () => {
  expect(connectionsFor(buildWorkload())).toBe(256);
  expect(connectionsFor(buildWorkload({ meanMs: 20 }))).toBe(256);
  // p99 = 4.6 × mean: about 100/s × 0.92 s × 2 × 2.
  const slow = connectionsFor(buildWorkload({ meanMs: 200 }));
  expect(slow).toBeGreaterThan(300);
  expect(slow).toBeLessThan(450);
  expect(connectionsFor(buildWorkload({ meanMs: 20_000 }))).toBe(4_096);
});
