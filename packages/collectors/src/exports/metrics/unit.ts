import { level, type MetricRule } from "./metric-rule.ts";

/** CloudWatch's unit names as factors to bytes, counts and percent. Its documentation leaves open whether kilo is 1,000 or 1,024; the larger errs upwards. */
const FACTORS: Readonly<Record<string, number>> = {
  percent: 1,
  count: 1,
  bytes: 1,
  kilobytes: 1024,
  megabytes: 1024 ** 2,
  gigabytes: 1024 ** 3,
  bits: 1 / 8,
  kilobits: 1000 / 8,
  megabits: 1000 ** 2 / 8,
  gigabits: 1000 ** 3 / 8,
};

/**
 * The rule for a metric whose unit is stated: "Bytes/Second" of an amount is already a rate, "Kilobytes" is scaled.
 * No unit, or "None", leaves the rule as it is; `undefined` for a unit that is not understood.
 */
export function withUnit(rule: MetricRule, unit: string): MetricRule | undefined {
  const [amount = "", per] = unit.trim().toLowerCase().split("/", 2);
  if (amount === "" || amount === "none") return rule;
  const factor = Object.hasOwn(FACTORS, amount) ? FACTORS[amount] : undefined;
  if (factor === undefined || (per !== undefined && per !== "second")) return undefined;
  if (isPercentage(rule) !== (amount === "percent")) return isPercentage(rule) ? undefined : rule;
  const part = rule.part === undefined ? {} : { part: rule.part };
  if (rule.scale.kind === "level") {
    // nvidia-smi's memory is in MiB by its name; a stated unit replaces that rather than multiplying it.
    return { ...level(rule.component, factor), ...part };
  }
  return per === "second" ? { ...level(rule.component, factor), ...part } : factor === 1 ? rule : undefined;
}

function isPercentage(rule: MetricRule): boolean {
  return rule.component.endsWith("_percent");
}
