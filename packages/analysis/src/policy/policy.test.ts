import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { policyJsonSchema } from "./json-schema.ts";
import { parsePolicy } from "./parse-policy.ts";
import { defaultPolicy, presetPolicy, PRESET_NAMES } from "./policy.ts";
import { RULE_NAMES } from "./rule-names.ts";

function policyOf(written: unknown) {
  const parsed = parsePolicy(written);
  if (parsed.kind !== "ok") throw new Error(parsed.diagnostics.map((one) => one.summary).join("\n"));
  return parsed.policy;
}

function mistakes(written: unknown): string[] {
  const parsed = parsePolicy(written);
  return parsed.kind === "ok" ? [] : parsed.diagnostics.map((one) => one.summary);
}

describe("policy", () => {
  test("an empty file is the default: P99.5 with 20 % headroom over 14 days", () => {
    for (const empty of [{}, null, undefined]) expect(policyOf(empty)).toEqual(defaultPolicy());
    const { sizing, lookBack } = defaultPolicy();
    expect([sizing.cpuPercentile, sizing.cpuHeadroom, lookBack.days]).toEqual([99.5, 0.2, 14]);
  });

  test.each(PRESET_NAMES)("preset %s stands alone", (preset) => {
    expect(policyOf({ preset })).toEqual(presetPolicy(preset));
  });

  test("what is written wins over the preset, the rest stays", () => {
    const policy = policyOf({
      preset: "aggressive",
      sizing: { cpuHeadroom: 0.15 },
      rules: { "ec2-idle": false },
    });
    expect(policy.sizing).toEqual({ ...presetPolicy("aggressive").sizing, cpuHeadroom: 0.15 });
    expect(policy.rules["ec2-idle"]).toBe(false);
    expect(policy.rules["ec2-resize"]).toBe(true);
  });

  test("the smallest saving stays exact, as a number or as text", () => {
    expect(policyOf({ savings: { minimumMonthly: "12.345678901" } }).savings.minimumMonthly).toBe(
      "12.345678901",
    );
    expect(policyOf({ savings: { minimumMonthly: 0.1 } }).savings.minimumMonthly).toBe("0.1");
  });

  test("exceptions are added to the built-in tag", () => {
    const policy = policyOf({ ignore: [{ address: "module.legacy.*" }] });
    expect(policy.ignore.map((entry) => entry.tag?.key ?? entry.address)).toEqual([
      "apex:ignore",
      "module.legacy.*",
    ]);
  });

  test("a mistake is named with its path, its value and what is allowed", () => {
    expect(mistakes({ sizing: { cpuPercentile: 120 } })).toEqual([
      "apex.yaml: sizing.cpuPercentile is 120; it must be at most 100",
    ]);
    expect(mistakes({ preset: "yolo" })).toEqual([
      'apex.yaml: preset is "yolo"; allowed are "aggressive", "balanced", "default", "safe"',
    ]);
    expect(mistakes({ idle: { cpu: 3 } })[0]).toMatch(
      /^apex\.yaml: idle\.cpu is not a setting; allowed are minimumDays, /,
    );
    expect(mistakes({ presets: "safe" })[0]).toMatch(
      /^apex\.yaml: presets is not a setting; allowed are preset, /,
    );
    expect(mistakes({ rules: { "ec2-idel": true } })[0]).toMatch(
      /^apex\.yaml: rules\.ec2-idel is not a setting; allowed are ec2-idle, /,
    );
    expect(mistakes({ sizing: { maximumRisk: 7 } })[0]).toMatch(/sizing\.maximumRisk is 7; allowed .*0.*4/);
    expect(mistakes({ lookBack: { days: "14" } })).toEqual([
      'apex.yaml: lookBack.days is "14"; it must be of type number',
    ]);
    expect(mistakes({ ignore: [{ reason: "no idea" }] })[0]).toContain("address, resourceId and tag");
  });

  test("a time zone is one of the database, spelt as there", () => {
    const parsed = parsePolicy({ schedule: { timezone: "Europe/Berlin" } });
    expect(parsed.kind === "ok" && parsed.policy.schedule.timezone).toBe("Europe/Berlin");
    const wrong = parsePolicy({ schedule: { timezone: "CEST+2" } });
    expect(wrong.kind === "invalid" && wrong.diagnostics.map(({ summary }) => summary).join()).toContain(
      'schedule.timezone is "CEST+2"; it must be a name of the IANA time zone database',
    );
  });

  test("every mistake is reported, not just the first", () => {
    expect(mistakes({ preset: 1, sizing: { cpuHeadroom: -1, gpuHeadroom: Number.NaN } })).toHaveLength(3);
  });

  test("settings that contradict each other are refused", () => {
    expect(
      mistakes({
        lookBack: { days: 3, minimumDaysWithDailyRhythm: 3 },
        idle: { minimumDays: 3, databaseMinimumDays: 3 },
      }),
    ).toEqual(["apex.yaml: lookBack.minimumDays is 5, more than the 3 days of lookBack.days"]);
  });

  test("what asks for more days than are looked back at would never be seen, and is refused where it is written", () => {
    expect(
      mistakes({ schedule: { minimumDays: 28, minimumWeeks: 3 }, network: { minimumDays: 30 } }),
    ).toEqual([
      "apex.yaml: schedule.minimumDays is 28, more than the 14 days of lookBack.days",
      "apex.yaml: network.minimumDays is 30, more than the 14 days of lookBack.days",
      "apex.yaml: schedule.minimumWeeks is 3, which takes 21 days, more than the 14 days of lookBack.days",
    ]);
    expect(mistakes({ lookBack: { days: 10 } })).toEqual([]);
    expect(mistakes({ lookBack: { days: 28 }, schedule: { minimumWeeks: 4 } })).toEqual([]);
  });

  test("what is no object at all is refused with a sentence", () => {
    for (const bad of ["preset: safe", 7, [], true]) expect(mistakes(bad)).toHaveLength(1);
  });

  test("no input makes it throw", () => {
    fc.assert(fc.property(fc.jsonValue(), (written) => void parsePolicy(written)));
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("preset", "sizing", "rules", "ignore", "idle", "x"), fc.jsonValue()),
        (written) => void parsePolicy(written),
      ),
    );
  });

  test.each(PRESET_NAMES)("every threshold can be written: preset %s spelled out is itself", (preset) => {
    const { ignore, ...policy } = presetPolicy(preset);
    const spelledOut = policyOf({ ...policy, ignore: [] });
    expect(spelledOut).toEqual({ ...policy, ignore });
  });

  test("every rule can be switched", () => {
    expect(Object.keys(defaultPolicy().rules).sort()).toEqual([...RULE_NAMES].sort());
  });

  test("the committed JSON Schema is current", () => {
    const committed = readFileSync(new URL("../../apex-policy.schema.json", import.meta.url), "utf8");
    expect(JSON.parse(committed), "run: pnpm --filter @apex/analysis run generate").toEqual(
      JSON.parse(JSON.stringify(policyJsonSchema())),
    );
  });
});
