import { unitPrice } from "@apex/catalog";
import { decimal, type DimensionEvidence, multiply, type RiskLevel } from "@apex/core";
import { instantOf, numberAt, textAt } from "../fleet/attributes.ts";
import { dependents } from "../fleet/by-attribute.ts";
import { isBeside } from "../fleet/fleet.ts";
import { awsRegionOf } from "../fleet/instance.ts";
import { CONFIDENCE_CAP } from "../rightsizing/confidence.ts";
import { lookBackWindow } from "../utilization/series.ts";
import { evidenceFrame, savingsOf, shownDays } from "./draft.ts";
import { type LambdaUsage, lambdaUsage } from "./lambda-usage.ts";
import { monthEndUnknown } from "./month-end.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/**
 * Functions that are given more memory than any invocation used, by Lambda Insights alone. CPU comes with memory, so that less of
 * it may make the function slower and save less: that is said, and counts as risk.
 */
export const lambdaMemory: Rule = {
  name: "lambda-memory",
  resourceTypes: ["aws_lambda_function"],
  judge,
};

/** The least that a function can be given. Source: Lambda developer guide, "Configure memory". */
const MEMORY_MIN_MB = 128;
/** Whole steps that people would write. */
const MEMORY_STEP_MB = 64;
/** From here on a function has a whole vCPU, so that one thread is as fast with more. Source: as above. */
const WHOLE_VCPU_MB = 1769;
const MB_PER_GB = 1024;

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy } = context;
  const memoryMb = numberAt(resource.attributes, "memory_size");
  if (memoryMb === undefined) return abstain("its memory size is not known");
  if (memoryMb <= MEMORY_MIN_MB) return [];
  const provisioned = provisionedOf(context);
  if (provisioned !== undefined && provisioned > 0)
    return abstain(`${provisioned} executions of it are provisioned, whose price is not in the catalogue`);
  const found = lambdaUsage(context);
  if (found.kind === "unknown") return abstain(found.reason);
  const usage = found.value;
  const { minimumDays, minimumCoverage } = policy.lookBack;
  if (usage.days < minimumDays)
    return abstain(`it is known for ${usage.days.toFixed(1)} days, ${minimumDays} are needed`);
  if (usage.coverage < minimumCoverage) {
    const known = Math.floor(usage.coverage * 100);
    return abstain(
      `of ${known} % of its busy periods the memory is known, ${minimumCoverage * 100} % are needed`,
    );
  }
  const usedMb = (usage.memoryMaximumPercent / 100) * memoryMb;
  const needMb = usedMb / (1 - policy.sizing.memoryHeadroom);
  const afterMb = Math.max(MEMORY_MIN_MB, Math.ceil(needMb / MEMORY_STEP_MB) * MEMORY_STEP_MB);
  if (afterMb >= memoryMb) {
    return abstain(
      `it used up to ${Math.ceil(usedMb)} of ${memoryMb} MB, which with headroom leaves nothing`,
    );
  }
  const risk: RiskLevel = afterMb >= WHOLE_VCPU_MB ? 1 : 2;
  if (risk > policy.sizing.maximumRisk)
    return abstain(
      `${afterMb} MB would hold it, but with less CPU, whose effect on its duration is not known`,
    );
  return judgePrice(context, { memoryMb, afterMb, usedMb, needMb, usage, risk });
}

/** Executions that are kept ready, by the inventory or by the configurations of the state; `undefined` where neither tells of any. */
function provisionedOf({ resource, fleet }: RuleContext): number | undefined {
  const told = numberAt(resource.observed?.details ?? {}, "provisioned_concurrent_executions");
  const configured = dependents(fleet, ["aws_lambda_provisioned_concurrency_config"], "function_name", [
    resource,
  ])
    .filter((config) => isBeside(config, resource))
    .map(({ attributes }) => numberAt(attributes, "provisioned_concurrent_executions") ?? 0);
  if (told === undefined && configured.length === 0) return undefined;
  return Math.max(
    told ?? 0,
    configured.reduce((sum, count) => sum + count, 0),
  );
}

interface Found {
  readonly memoryMb: number;
  readonly afterMb: number;
  readonly usedMb: number;
  readonly needMb: number;
  readonly usage: LambdaUsage;
  readonly risk: RiskLevel;
}

function judgePrice(context: RuleContext, found: Found): readonly Judgement[] {
  const { resource, prices } = context;
  const { memoryMb, afterMb, usage } = found;
  const region = awsRegionOf(resource);
  if (region === undefined) return abstain("its region is not known, so neither is its price");
  const isArm = textAt(resource.attributes, "architectures", 0) === "arm64";
  const price = unitPrice(isArm ? "lambda-arm-gb-second" : "lambda-gb-second", region, prices);
  if (price.kind === "unknown") return abstain(`its price is not known: ${price.reason}`);
  const gbSeconds = (usage.secondsPerMonth * (memoryMb - afterMb)) / MB_PER_GB;
  const list = multiply(price.value.price, decimal(gbSeconds.toFixed(3)));
  const factors = {
    coverage: usage.coverage,
    lifespan: Math.min(1, usage.days / context.policy.lookBack.days),
    duration: SAME_DURATION,
    cap: CONFIDENCE_CAP,
  };
  return proposeIfWorthwhile(context, {
    part: "memory",
    action: "set-performance",
    from: `${memoryMb} MB`,
    to: `${afterMb} MB`,
    summary: `No invocation used more than ${Math.ceil(found.usedMb)} of its ${memoryMb} MB; ${afterMb} MB hold that with headroom`,
    changes: setAttribute(resource, ["memory_size"], { from: memoryMb, to: afterMb }),
    // Savings Plans pay for functions too, and the bill's coverage is per function.
    monthlySavings: savingsOf(list, context.cost?.commitmentCoverage),
    risk: found.risk,
    confidence: Object.values(factors).reduce((product, factor) => product * factor, 1),
    effort: "very-low",
    restartRequired: false,
    rollback: `set it back to ${memoryMb} MB; the next invocation runs with it`,
    evidence: {
      ...evidenceFrame(context.window, context.policy),
      lookBackDays: shownDays(usage.days),
      coverage: usage.coverage,
      dimensions: [memoryEvidence(context, found)],
      confidenceFactors: factors,
      alternatives: [],
      notes: [
        `The saving holds where invocations take as long as before: ${Math.round(usage.secondsPerMonth)} seconds a month`,
        "With less memory a function has less CPU: one that computes takes longer, up to saving nothing; compare its duration before and after",
      ],
    },
    unknowns: [
      ...changedUnknown(context),
      ...(provisionedOf(context) === undefined
        ? ["provisioned concurrency: whether there is any, at a price of its own, is not known"]
        : []),
      "duration: how much longer it takes with less CPU is not measured",
      ...monthEndUnknown(context),
      "timeouts and callers that wait: whether a longer invocation still ends in time",
    ],
  });
}

/** The share of memory is of the size that it had then. */
function changedUnknown({ resource, window, policy }: RuleContext): readonly string[] {
  const changed = textAt(resource.observed?.details ?? {}, "last_modified");
  const changedMs = instantOf(changed);
  return changed !== undefined &&
    changedMs !== undefined &&
    changedMs >= lookBackWindow(window, policy.lookBack.days).startMs
    ? [`memory size before ${changed.slice(0, 10)}: it was changed then, and may have had another`]
    : [];
}

/** Whether it takes as long with less CPU: as likely as not. */
const SAME_DURATION = 0.5;

function memoryEvidence({ policy }: RuleContext, found: Found): DimensionEvidence {
  return {
    dimension: "memory",
    metric: "lambda_memory_used_percent",
    statistic: "maximum",
    percentile: "maximum",
    samples: found.usage.memorySamples,
    demand: found.usedMb,
    maximum: found.usedMb,
    unit: "MB",
    need: found.needMb,
    headroom: policy.sizing.memoryHeadroom,
    capacityNow: found.memoryMb,
    capacityAfter: found.afterMb,
    exceedance: 0,
    risk: found.risk,
  };
}
