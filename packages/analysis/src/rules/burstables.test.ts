import type { Resource } from "@apex/core";
import { describe, expect, test } from "vitest";
import { defaultPolicy } from "../policy/policy.ts";
import {
  instance,
  type Level,
  modestIo,
  only,
  profile,
  reasonOf,
  recommended,
  run,
  series,
} from "../testing/builders.ts";

const over = { policy: only("ec2-burstable") };

function burstable(type: string, mode: "standard" | "unlimited" | null = "unlimited"): Resource {
  const machine = instance(type);
  if (mode === null) return machine;
  return { ...machine, attributes: { ...machine.attributes, credit_specification: [{ cpu_credits: mode }] } };
}

const busy = (cpu: Level) => [profile("i-1", series("cpu_percent", cpu), ...modestIo())];

describe("ec2-burstable", () => {
  test("surplus credits that cost more than a fixed type: the fixed type, net of what is saved on credits", async () => {
    const found = recommended(await run([burstable("t3.large")], busy(95), over), "ec2-burstable");
    expect(found).toMatchObject({ action: "resize", from: "t3.large", effort: "low", restartRequired: true });
    expect(found.to).toMatch(/^m[5-8]\w*\.large$/);
    // 95 % of two vCPUs spend 114 credits an hour and earn 36: 78 an hour, less two days' worth, at 0.05 per 60.
    const charged = 336 * 78 - 2 * 864;
    expect(found.evidence.notes.join()).toContain(`${charged} credits were charged in 336 hours`);
    expect(found.evidence.lookBackDays).toBe(14);
    expect(Number(found.monthlySavings.list)).toBeGreaterThan(0);
    expect(found.unknowns.join()).toContain("cpu speed");
  });

  test("a load within its credits is the normal case", async () => {
    const analysis = await run([burstable("t3.large")], busy(20), over);
    expect(reasonOf(analysis, "ec2-burstable")).toBe("its CPU stays within the credits that it earns");
  });

  test("a surplus that costs less than any fixed type is told with its price", async () => {
    const analysis = await run([burstable("t3.large")], busy(35), over);
    expect(reasonOf(analysis, "ec2-burstable")).toMatch(/surplus credits cost about \d+(\.\d+)? a month/);
  });

  test("where the mode is not in the state its family's default is assumed, and said", async () => {
    const found = recommended(await run([burstable("t3.large", null)], busy(95), over), "ec2-burstable");
    expect(found.unknowns.join()).toContain("credit mode: not in the state");
    const t2 = await run([burstable("t2.large", null)], busy(95), over);
    expect(t2.recommendations).toEqual([]);
  });

  test("a standard machine that ran out is too small, not too large", async () => {
    const credits = series("cpu_credit_balance", ({ day }) => (day < 1 ? 0 : 100));
    const all = [profile("i-1", series("cpu_percent", 30), credits, ...modestIo())];
    const analysis = await run([burstable("t3.large", "standard")], all, over);
    expect(reasonOf(analysis, "ec2-burstable")).toContain("out of CPU credits for 24 hours");
  });

  test("a balance that was not measured is not said to have lasted", async () => {
    const unmeasured = [profile("i-1", series("cpu_percent", 30), ...modestIo())];
    const analysis = await run([burstable("t3.large", "standard")], unmeasured, over);
    expect(reasonOf(analysis, "ec2-burstable")).toBe("whether its credits ran out is not measured");
  });

  test("what cannot be simulated or priced is said", async () => {
    const maxima = [profile("i-1", series("cpu_percent", 95, { statistic: "maximum" }))];
    expect(reasonOf(await run([burstable("t3.large")], maxima, over), "ec2-burstable")).toContain(
      "cpu_percent is not measured",
    );
    expect(reasonOf(await run([burstable("t4g.large")], busy(95), over), "ec2-burstable")).toContain(
      "what surplus credits cost on T4g is not known",
    );
  });
});

describe("burstable candidates", () => {
  const policy = {
    ...only("ec2-resize"),
    candidates: { ...defaultPolicy().candidates, burstable: true },
  };
  const light = (cpu: Level) => [
    profile("i-1", series("cpu_percent", cpu), series("memory_used_percent", 40), ...modestIo()),
  ];
  /** An hour a day at three quarters, else next to nothing. */
  const daily: Level = ({ hour }) => (hour === 9 ? 75 : 3);

  test("one whose credits last with headroom counts by all its vCPUs, and says what it lives on", async () => {
    const found = recommended(await run([instance("m5.large")], light(daily), { policy }), "ec2-resize");
    expect(found.to).toBe("t3.medium");
    expect(found.evidence.notes.join()).toContain("runs on CPU credits");
  });

  test("one whose credits run out counts by its baseline, which does not hold the peaks", async () => {
    const long: Level = ({ hour }) => (hour >= 8 && hour < 20 ? 75 : 3);
    const analysis = await run([instance("m5.large")], light(long), { policy });
    expect(analysis.recommendations.some(({ to }) => to.startsWith("t3"))).toBe(false);
  });

  test("none without the policy's leave", async () => {
    const analysis = await run([instance("m5.large")], light(daily), { policy: only("ec2-resize") });
    expect(analysis.recommendations.some(({ to }) => to.startsWith("t3"))).toBe(false);
  });
});
