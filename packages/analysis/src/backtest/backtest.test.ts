import { DAY_MS } from "@apex/core";
import { describe, expect, test } from "vitest";
import { PRESET_NAMES, presetPolicy } from "../policy/policy.ts";
import { type Level, series, WINDOW } from "../testing/builders.ts";
import { calibrationOf } from "./calibration.ts";
import { compareRules } from "./dominance.ts";
import { ourRule } from "./our-rule.ts";
import type { RecordedMachine } from "./recorded-machine.ts";
import { type ReplayedDecision, replayRules } from "./replay.ts";
import { scoreOf } from "./score.ts";
import type { SizingRule } from "./sizing-rule.ts";
import { PEER_RULES } from "./sizing-rules.ts";

/** From the most saving to the most careful. */
const PRESET_RULES = PRESET_NAMES.map((name) => ourRule(presetPolicy(name), `apex-${name}`, `Apex, ${name}`));

const DAYS = 28;
const PLAN = {
  sizes: [1, 2, 4, 8, 16, 32],
  seenDays: 14,
  laterDays: 14,
  everyDays: 1,
  minimumCoverage: 0.9,
  longestAverageMs: 900_000,
};

/** Nothing to wait for. */
async function goOn(): Promise<void> {}

function machine(id: string, vcpu: number, level: Level): RecordedMachine {
  const window = { startMs: WINDOW.startMs, endMs: WINDOW.startMs + DAYS * DAY_MS };
  return { id, vcpu, series: series("cpu_percent", level, { window }) };
}

function ruleNamed(name: string): SizingRule {
  const found = [...PRESET_RULES, ...PEER_RULES].find((rule) => rule.name === name);
  if (found === undefined) throw new Error(`no rule ${name}`);
  return found;
}

async function replayed(rule: string, ...machines: readonly RecordedMachine[]) {
  const { rules, ...counts } = await replayRules(machines, [ruleNamed(rule)], PLAN, goOn);
  const [one] = rules;
  if (one === undefined) throw new Error("nothing was replayed");
  return { ...counts, decisions: one.decisions, score: scoreOf(one) };
}

async function sizeOf(rule: string, level: Level): Promise<number | undefined> {
  return (await replayed(rule, machine("a", 8, level))).decisions[0]?.vcpuAfter;
}

describe("our presets", () => {
  test("a steady machine is made smaller and never runs short", async () => {
    const { decisions, score } = await replayed("apex-default", machine("a", 8, 20));
    // 20 % of 8 is 1.6 vCPU, with 20 % headroom exactly 2.
    expect(decisions).toHaveLength(1);
    expect(decisions[0]).toMatchObject({ vcpuBefore: 8, vcpuAfter: 2, shortShare: 0, workAbove: 0 });
    expect(score).toMatchObject({ changed: 1, removedShare: 0.75, shortShare: 0, tooSmall: 0 });
  });

  test("a machine that wakes up later is counted against the rule, which could not know", async () => {
    const woken = machine("a", 8, ({ day }) => (day < 14 ? 5 : day < 15.4 ? 60 : 5));
    const { score } = await replayed("apex-default", woken);
    expect(score).toMatchObject({ tooSmall: 1, machinesTooSmall: 1 });
    expect(score.worstShortShare).toBeCloseTo(0.1, 2);
    expect(score.workAboveShare).toBeGreaterThan(0.4);
  });

  test.each([...PRESET_RULES, ...PEER_RULES].map(({ name }) => name))(
    "%s decides by what lay before alone",
    async (name) => {
      const quiet = await replayed(name, machine("a", 8, 5));
      const woken = await replayed(
        name,
        machine("a", 8, ({ day }) => (day < 14 ? 5 : 90)),
      );
      expect(woken.decisions[0]?.vcpuAfter).toBe(quiet.decisions[0]?.vcpuAfter);
      expect(woken.score.worstShortShare).toBe(quiet.score.changed === 0 ? 0 : 1);
    },
  );

  test("a bursty machine keeps its size under the default and loses it under aggressive", async () => {
    const bursty: Level = ({ index }) => (index % 60 === 0 ? 95 : 5);
    expect(await sizeOf("apex-default", bursty)).toBe(8);
    expect(await sizeOf("apex-aggressive", bursty)).toBe(1);
  });

  test("machines with holes in either part are left out, each with why", async () => {
    const holes = machine("a", 8, ({ day, index }) => (day < 14 || index % 2 === 0 ? 5 : undefined));
    const never = machine("b", 8, () => undefined);
    expect(await replayed("apex-default", holes, never)).toMatchObject({
      machines: 0,
      unused: [
        {
          machine: "a",
          reason:
            "has too few samples: at most 100 % of those before a decision and 50 % of those after it, 90 % of both are needed at one time",
        },
        { machine: "b", reason: "has no sample" },
      ],
      decisions: [],
      score: { removedShare: 0, shortShare: 0, workAboveShare: 0 },
    });
  });

  test("what is too short and what is too coarse says how much would do", async () => {
    const whole = machine("short", 8, 20);
    const cut = (values: Float64Array) => values.slice(0, 288 * 20);
    const short = {
      ...whole,
      series: {
        ...whole.series,
        timestampsMs: cut(whole.series.timestampsMs),
        values: cut(whole.series.values),
      },
    };
    const hourly = { ...machine("hourly", 8, 20) };
    const coarse = { ...hourly, series: { ...hourly.series, periodMs: 3_600_000 } };
    const { unused } = await replayed("krr", short, coarse);
    expect(unused).toEqual([
      {
        machine: "short",
        reason: "spans 20 days; 14 days before a decision and 14 days after it are needed",
      },
      {
        machine: "hourly",
        reason:
          "is known only as averages over 60 minutes, which hide peaks: 15 minutes at most are replayed",
      },
    ]);
  });

  test("a replay can be stopped between any two times of decision, and tells how many machines are done", async () => {
    const told: number[] = [];
    const stop = async (done: number): Promise<void> => {
      told.push(done);
      if (done === 1) throw new Error("stopped");
    };
    const machines = ["a", "b", "c"].map((id) => machine(id, 8, 20));
    await expect(replayRules(machines, [ruleNamed("krr")], PLAN, stop)).rejects.toThrow("stopped");
    expect(told.filter((done) => done === 0).length).toBeGreaterThan(1);
    expect(told.at(-1)).toBe(1);
  });

  test("the presets never remove less by being more careful", async () => {
    const fleet = Array.from({ length: 12 }, (_, one) =>
      machine(
        String(one),
        16,
        ({ index, noise }) => 3 * one + 20 * noise * (index % (one + 2) === 0 ? 1 : 0.2),
      ),
    );
    const replays = await Promise.all(PRESET_RULES.map(({ name }) => replayed(name, ...fleet)));
    const removed = replays.map(({ score }) => score.removedShare);
    expect(removed).toEqual(removed.toSorted((a, b) => b - a));
  });

  test("a policy of one's own is replayed like a preset", async () => {
    const policy = presetPolicy("safe");
    const own = ourRule(
      { ...policy, sizing: { ...policy.sizing, cpuHeadroom: 0.5 } },
      "apex-policy",
      "apex.yaml",
    );
    const { rules } = await replayRules([machine("a", 8, 20)], [own], PLAN, goOn);
    expect(rules[0]?.decisions[0]?.vcpuAfter).toBe(4);
  });
});

describe("the peers' rules", () => {
  /** 5 %, and 30 % in one sample of twelve: P90 5, P95 30, mean 7.1, peak 30. */
  const hourly: Level = ({ index }) => (index % 12 === 0 ? 30 : 5);

  const cases: readonly (readonly [rule: string, level: Level, size: number])[] = [
    ["compute-optimizer-maximum-savings", hourly, 1],
    // 30 % of 8 vCPU is 2.4; over 0.7 is 3.4, over 0.8 is 3.
    ["compute-optimizer-balanced", hourly, 4],
    ["compute-optimizer-default", hourly, 4],
    ["compute-optimizer-maximum-performance", ({ index }) => (index % 12 === 0 ? 36 : 5), 8],
    ["compute-optimizer-default", ({ index }) => (index % 12 === 0 ? 36 : 5), 4],
    // Quarter-hour averages: (30 + 5 + 5) / 3 = 13.3 % of 8 over 0.8 is 1.33, so 2.
    ["optscale", hourly, 2],
    // 21 % is 1.68, over 0.8 is 2.1: up to 3, and to an even 4.
    ["optscale", 21, 4],
    ["krr", hourly, 4],
    ["krr", 24, 2],
    // The bucket that holds 1.6 vCPU ends a few percent above it; plus 15 %.
    ["vpa", 20, 2],
    ["vpa", 22, 4],
    ["thrifty", 19.9, 4],
    ["thrifty", 20, 8],
    ["thrifty", ({ day }) => (day >= 7 && day < 8 ? 21 : 5), 8],
    ["custodian-example", 29, 4],
    ["custodian-example", ({ day }) => (day >= 11 && day < 12 ? 31 : 5), 8],
    ["custodian-example", ({ day }) => (day < 10 ? 90 : 5), 4],
    ["flexera", 39, 4],
    ["flexera", ({ day }) => (day < 7 ? 75 : 3), 4],
    ["flexera", 40, 8],
    ["trusted-advisor", ({ day }) => (day < 4 ? 10 : 90), 4],
    ["trusted-advisor", ({ day }) => (day < 3 ? 10 : 90), 8],
    ["flexera-cross-family", ({ index }) => (index === 100 ? 33 : 1), 4],
    ["flexera-cross-family", ({ index }) => (index === 100 ? 34 : 1), 8],
  ];
  test.each(cases)("%s", async (rule, level, size) => {
    expect(await sizeOf(rule, level)).toBe(size);
  });

  test("VPA forgets: eight days of which the last is busy weigh more than the week before", async () => {
    const busyLast: Level = ({ day }) => (day >= 13 && day < 14 ? 60 : 5);
    const busyFirst: Level = ({ day }) => (day >= 6 && day < 7 ? 60 : 5);
    expect(await sizeOf("vpa", busyLast)).toBe(8);
    expect(await sizeOf("vpa", busyFirst)).toBe(1);
  });

  test("no rule buys more than today's", async () => {
    for (const { name } of PEER_RULES) expect(await sizeOf(name, 100)).toBe(8);
  });
});

describe("dominance", () => {
  /** Decisions of a rule: what is left of 10 vCPU and the share of later samples above it, machine by machine. */
  function fared(name: string, ...machines: readonly (readonly [vcpuAfter: number, shortShare: number])[]) {
    const base = { atMs: 0, vcpuBefore: 10, confidence: null, risk: null, work: 1, workAbove: 0 };
    const decisions = machines.map(([vcpuAfter, shortShare], index) => {
      return { ...base, machine: String(index), vcpuAfter, shortShare };
    });
    return { rule: { ...ruleNamed("krr"), name }, decisions };
  }

  test("saving more at the same shortage, or as much at less, on every machine", async () => {
    const a = fared("a", [5, 0.01], [5, 0.01], [5, 0.01]);
    const saves = fared("saves", [4, 0.01], [4, 0.01], [4, 0.01]);
    const spares = fared("spares", [5, 0], [5, 0], [5, 0]);
    const trades = fared("trades", [3, 0.02], [3, 0.02], [3, 0.02]);
    expect((await compareRules([a, saves, spares, trades], goOn)).dominances).toEqual([
      { rule: "a", by: "saves", support: 1 },
      { rule: "a", by: "spares", support: 1 },
    ]);
    const same = fared("same", [5, 0.01], [5, 0.01], [5, 0.01]);
    expect((await compareRules([a, same], goOn)).dominances).toEqual([]);
  });

  test("a lead that hangs on one machine of many has little support", async () => {
    const many = Array.from({ length: 20 }, () => [5, 0] as const);
    const lucky = fared("lucky", [4, 0], ...many.slice(1));
    const { dominances } = await compareRules([fared("a", ...many), lucky], goOn);
    const [found] = dominances;
    expect(found).toMatchObject({ rule: "a", by: "lucky" });
    // A fleet of 20 drawn from 20 machines lacks a given one with (19/20)^20 = 0.36.
    expect(found?.support).toBeGreaterThan(0.58);
    expect(found?.support).toBeLessThan(0.7);
  });
});

describe("intervals", () => {
  function fleet(name: string, count: number) {
    const base = { atMs: 0, vcpuBefore: 10, confidence: null, risk: null, work: 1, workAbove: 0 };
    const decisions = Array.from({ length: count }, (_, index) => {
      return {
        ...base,
        machine: String(index),
        vcpuAfter: index % 2 === 0 ? 10 : 5,
        shortShare: index % 2 === 0 ? 0 : 0.01,
      };
    });
    return { rule: { ...ruleNamed("krr"), name }, decisions };
  }

  test("95 % of the drawn fleets, around what was measured, and narrower the more machines there are", async () => {
    const widthOf = async (count: number): Promise<number> => {
      const [found] = (await compareRules([fleet("a", count)], goOn)).intervals;
      const [low = 0, high = 0] = found?.removedShare ?? [];
      expect(low).toBeLessThan(0.25);
      expect(high).toBeGreaterThan(0.25);
      return high - low;
    };
    // Half of the machines lose half: the share has a standard error of 0.25 / √n.
    expect(await widthOf(20)).toBeCloseTo((2 * 1.96 * 0.25) / Math.sqrt(20), 1);
    expect(await widthOf(200)).toBeLessThan(await widthOf(20));
  });

  test("a handful of machines has none", async () => {
    expect((await compareRules([fleet("a", 4)], goOn)).intervals).toEqual([]);
    expect((await compareRules([], goOn)).intervals).toEqual([]);
  });
});

describe("calibration", () => {
  function decision(confidence: number, shortShare: number, over: Partial<ReplayedDecision> = {}) {
    const base = {
      machine: "a",
      atMs: 0,
      vcpuBefore: 8,
      vcpuAfter: 4,
      work: 1,
      workAbove: 0,
      risk: 0 as const,
    };
    return { ...base, confidence, shortShare, ...over };
  }

  test("stated against held, worked out by hand", () => {
    const found = calibrationOf([
      decision(0.9, 0),
      decision(0.9, 0.004),
      decision(0.9, 0.1, { machine: "b" }),
      decision(0.6, 0.1),
      // Neither a kept size nor one without a word counts.
      decision(0.9, 0, { vcpuAfter: 8 }),
      { ...decision(0.9, 0), confidence: null },
    ]);
    expect(found).toMatchObject({ decisions: 4, machines: 2, heldShare: 0.5, brierOfBaseRate: 0.25 });
    expect(found?.brier).toBeCloseTo((0.01 + 0.01 + 0.81 + 0.36) / 4);
    expect(found?.calibrationError).toBeCloseTo((3 * Math.abs(0.9 - 2 / 3) + 0.6) / 4);
    expect(found?.bins.map(({ from, decisions }) => [from, decisions])).toEqual([
      [0.6, 1],
      [0.9, 3],
    ]);
  });

  test("what a risk allows is no broken word", () => {
    const held = (risk: 0 | 2 | 3, shortShare: number) =>
      calibrationOf([decision(0.8, shortShare, { risk })])?.heldShare;
    expect([held(2, 0.006), held(3, 0.006), held(3, 0.06)]).toEqual([0, 1, 0]);
  });

  test("nothing stated is no calibration", () => {
    expect(calibrationOf([])).toBeUndefined();
  });
});
