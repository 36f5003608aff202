import { DAY_MS } from "@apex/core";
import { expect, test } from "vitest";
import { backtest } from "./backtest.ts";
import { type PRESET_NAMES, presetPolicy } from "./policy/policy.ts";
import { type Level, series, WINDOW } from "./testing/builders.ts";

const later = { startMs: WINDOW.endMs, endMs: WINDOW.endMs + 14 * DAY_MS };
const both = { startMs: WINDOW.startMs, endMs: later.endMs };

function machine(id: string, vcpu: number, level: Level) {
  return { id, vcpu, series: series("cpu_percent", level, { window: both }) };
}

function replay(preset: (typeof PRESET_NAMES)[number], ...machines: ReturnType<typeof machine>[]) {
  return backtest({
    machines,
    policy: presetPolicy(preset),
    lookBack: WINDOW,
    later,
    sizes: [1, 2, 4, 8, 16, 32],
  });
}

test("a steady machine is made smaller and never runs short", () => {
  const result = replay("default", machine("a", 8, 20));
  // 20 % of 8 is 1.6 vCPU, with 20 % headroom exactly 2.
  expect(result).toMatchObject({
    changed: 1,
    vcpuBefore: 8,
    vcpuAfter: 2,
    worstShortShare: 0,
    laterPeakAbove: 0,
    incomplete: 0,
  });
});

test("a machine that wakes up later is counted against the policy, which could not know", () => {
  const result = replay(
    "default",
    machine("a", 8, ({ day }) => (day < 14 ? 5 : day < 15.4 ? 60 : 5)),
  );
  expect(result.shortOverHalfPercent).toBe(1);
  expect(result.worstShortShare).toBeCloseTo(0.1, 2);
});

test("only the look-back decides: what comes later changes the verdict, not the size", () => {
  const quiet = replay("default", machine("a", 8, 5));
  const woken = replay(
    "default",
    machine("a", 8, ({ day }) => (day < 14 ? 5 : 90)),
  );
  expect(woken.vcpuAfter).toBe(quiet.vcpuAfter);
  expect(woken.worstShortShare).toBe(1);
});

test("a bursty machine keeps its size under the default and loses it under aggressive", () => {
  const bursty = machine("a", 8, ({ index }) => (index % 50 === 0 ? 95 : 5));
  expect(replay("default", bursty).changed).toBe(0);
  expect(replay("aggressive", { ...bursty, series: bursty.series }).changed).toBe(1);
});

test("machines with holes in either part are left out and counted", () => {
  const holes = machine("a", 8, ({ day, index }) => (day < 14 || index % 2 === 0 ? 5 : undefined));
  const never = machine("b", 8, () => undefined);
  expect(replay("default", holes, never)).toMatchObject({
    machines: [],
    incomplete: 2,
    changed: 0,
    vcpuBefore: 0,
  });
});

test("the presets never remove less by being more careful", () => {
  const fleet = Array.from({ length: 12 }, (_, one) =>
    machine(
      String(one),
      16,
      ({ index, noise }) => 3 * one + 20 * noise * (index % (one + 2) === 0 ? 1 : 0.2),
    ),
  );
  const after = (preset: (typeof PRESET_NAMES)[number]) => replay(preset, ...fleet).vcpuAfter;
  expect(after("safe")).toBeGreaterThanOrEqual(after("default"));
  expect(after("default")).toBeGreaterThanOrEqual(after("aggressive"));
});
