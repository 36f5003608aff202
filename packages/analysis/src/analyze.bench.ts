import { BENCH_RUNS } from "@apex/core/testing/bench-runs";
import { expect, test } from "vitest";
import { analyze } from "./analyze.ts";
import { defaultPolicy } from "./policy/policy.ts";
import { distributionOf, exceedanceOf, percentileOf } from "./statistics/distribution.ts";
import { instance, modestIo, noiseAt, profile, series, WINDOW } from "./testing/builders.ts";

const fortnight = Float64Array.from({ length: 4032 }, (_, index) => 100 * noiseAt(index));

test("a fortnight of five-minute samples", async ({ bench }) => {
  await bench("sort, three percentiles, twenty exceedances", () => {
    const distribution = distributionOf(fortnight)!;
    for (const percent of [90, 95, 99.5]) percentileOf(distribution, percent);
    for (let limit = 0; limit < 100; limit += 5) exceedanceOf(distribution, limit);
  }).run(BENCH_RUNS);
});

const FLEET = 10;

test("all EC2 rules on machines with eight metrics", async ({ bench }) => {
  const resources = Array.from({ length: FLEET }, (_, index) => instance("m5.4xlarge", { id: `i-${index}` }));
  const profiles = resources.map(({ id }) =>
    profile(
      id,
      series("cpu_percent", ({ noise }) => 5 + 5 * noise),
      series("memory_used_percent", 15),
      ...modestIo(),
    ),
  );
  await bench(`analyze ${FLEET} machines`, async () => {
    const analysis = await analyze({
      resources,
      profiles,
      costs: [],
      window: WINDOW,
      policy: defaultPolicy(),
    });
    expect(analysis.recommendations).toHaveLength(FLEET);
  }).run(BENCH_RUNS);
});
