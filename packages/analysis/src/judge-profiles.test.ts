import type { UtilizationProfile } from "@apex/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { analyze, concludeAnalysis } from "./analyze.ts";
import { isPlain, judgeProfiles, type JudgingInput } from "./judge-profiles.ts";
import { defaultPolicy } from "./policy/policy.ts";
import { billed, instance, profile, resource, series, WINDOW } from "./testing/builders.ts";

const HOURLY = { periodMs: 3_600_000, statistic: "maximum" } as const;

/** Quiet and busy machines, one with two names, a volume, and what is in no state. */
const INPUT: JudgingInput = {
  resources: [
    instance("m5.4xlarge", { id: "i-quiet", address: "aws_instance.quiet", aliases: ["arn:quiet"] }),
    instance("m5.4xlarge", { id: "i-busy", address: "aws_instance.busy" }),
    instance("c5.2xlarge", { id: "i-silent", address: "aws_instance.silent" }),
    resource("aws_ebs_volume", "vol-1", { type: "gp2", size: 500 }),
  ],
  costs: [billed("i-quiet", 0.3)],
  window: WINDOW,
  policy: defaultPolicy(),
};

const PROFILES: readonly UtilizationProfile[] = [
  profile("arn:quiet", series("cpu_percent", 4, HOURLY), series("memory_used_percent", 10, HOURLY)),
  profile("i-quiet", series("cpu_percent", 90, HOURLY)),
  profile("i-busy", series("cpu_percent", 95, HOURLY), series("memory_used_percent", 90, HOURLY)),
  profile("vol-1", series("disk_read_ops_per_second", 1, HOURLY)),
  profile("i-of-nobody", series("cpu_percent", 1, HOURLY)),
];

test("a fleet that is judged in parts is judged as it is at once", async () => {
  const order = fc.shuffledSubarray([...PROFILES], { minLength: 0 });
  await fc.assert(
    fc.asyncProperty(order, fc.array(fc.nat(PROFILES.length), { maxLength: 3 }), async (profiles, cuts) => {
      const whole = await analyze({ ...INPUT, profiles });
      const edges = [
        0,
        ...cuts.filter((cut) => cut <= profiles.length).toSorted((a, b) => a - b),
        profiles.length,
      ];
      const parts = [];
      for (const [index, from] of edges.slice(0, -1).entries()) {
        const part = await judgeProfiles(INPUT, profiles.slice(from, edges[index + 1]));
        expect(part.judged.every(({ verdict }) => isPlain(verdict))).toBe(true);
        // As another thread would hand it over.
        parts.push(structuredClone(part));
      }
      expect(concludeAnalysis(INPUT, parts)).toEqual(whole);
    }),
    { numRuns: 40 },
  );
});
