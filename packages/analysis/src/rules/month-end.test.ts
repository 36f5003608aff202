import { DAY_MS } from "@apex/core";
import { describe, expect, test } from "vitest";
import {
  END_MS,
  instance,
  modestIo,
  only,
  profile,
  quietIo,
  reasonOf,
  recommended,
  resource,
  run,
  series,
} from "../testing/builders.ts";

/** Thirty days up to the middle of June: the look-back of fourteen shows no turn of a month, what was recorded before does. */
const WINDOW = { startMs: END_MS - 30 * DAY_MS, endMs: END_MS };

/** The last day of May, in days since the look-back's start on June 1. */
const isLastOfMay = (day: number): boolean => day >= -1 && day < 0;

const sized = (atMonthEnd: number, before = true) => {
  const options = before ? { window: WINDOW } : {};
  return [
    profile(
      "i-1",
      series("cpu_percent", ({ day }) => (isLastOfMay(day) ? atMonthEnd : 8), options),
      series("memory_used_percent", 20, options),
      ...modestIo(),
    ),
  ];
};

const over = { policy: only("ec2-resize"), window: WINDOW };

describe("the end of the month", () => {
  test("without a turn of a month in sight it is an unknown that costs confidence", async () => {
    const found = recommended(await run([instance("m5.4xlarge")], sized(8, false), over), "ec2-resize");
    expect(found.unknowns.join()).toContain("no turn of a month lies in the look-back");
    expect(found.evidence.confidenceFactors["monthEnd"]).toBe(0.95);
    const product = Object.values(found.evidence.confidenceFactors).reduce((all, one) => all * one, 1);
    expect(found.confidence).toBeCloseTo(product);
  });

  test("one that was recorded before and fits settles it", async () => {
    const found = recommended(await run([instance("m5.4xlarge")], sized(9), over), "ec2-resize");
    expect(found.unknowns.join()).not.toContain("month");
    expect(found.evidence.confidenceFactors).not.toHaveProperty("monthEnd");
  });

  test("one that asked for more than the smaller machine has refuses it", async () => {
    const analysis = await run([instance("m5.4xlarge")], sized(95), over);
    expect(reasonOf(analysis, "ec2-resize")).toMatch(
      /around the end of the month before 2026-06-01 it used 15\.2 vCPU/,
    );
  });

  test.each([
    ["ec2-idle", instance("m5.large"), []],
    ["gpu-idle", instance("g6.xlarge"), [series("gpu_sm_active_percent", 0)]],
    ["gce-idle", resource("google_compute_instance", "i-1", { machine_type: "e2-standard-4" }), []],
  ] as const)("what works for the end of a month only is not idle: %s", async (rule, machine, more) => {
    const cpu = series("cpu_percent", ({ day }) => (isLastOfMay(day) ? 70 : 1), { window: WINDOW });
    const idle = { policy: only(rule), window: WINDOW };
    const analysis = await run([machine], [profile("i-1", cpu, ...more, ...quietIo())], idle);
    expect(reasonOf(analysis, rule)).toContain("it is idle, but around the end of the month");
  });

  test("a month's turn in the look-back is one that was seen", async () => {
    const june = { startMs: END_MS + 10 * DAY_MS, endMs: END_MS + 24 * DAY_MS };
    const all = profile(
      "i-1",
      series("cpu_percent", 8, { window: june }),
      series("memory_used_percent", 20, { window: june }),
    );
    const found = recommended(
      await run([instance("m5.4xlarge")], [all], { policy: only("ec2-resize"), window: june }),
      "ec2-resize",
    );
    expect(found.unknowns.join()).not.toContain("month");
  });
});
