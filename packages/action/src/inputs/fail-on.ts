import {
  addDecimals,
  AdapterError,
  compareDecimals,
  type CostDifference,
  type Decimal,
  divide,
  multiply,
  parseDecimal,
} from "@apex/core";

/** A condition under which the step fails, once everything is posted. */
export type FailCondition =
  /** The cost may grow by more than an amount a month. */
  | { readonly kind: "increase"; readonly over: Decimal; readonly text: string }
  /** The same in hundredths of what it costs before. */
  | { readonly kind: "increase-percent"; readonly over: Decimal; readonly text: string }
  /** The change saves less than an amount a month. */
  | { readonly kind: "savings"; readonly under: Decimal; readonly text: string }
  | { readonly kind: "unpriced" | "problems"; readonly text: string };

const ZERO = "0" as Decimal;
const KNOWN = "increase, increase>50, increase>5%, savings<100, unpriced, problems";

function conditionOf(text: string): FailCondition {
  if (text === "unpriced" || text === "problems") return { kind: text, text };
  if (text === "increase") return { kind: "increase", over: ZERO, text };
  const match = /^(increase)\s*>\s*([\d.]+)\s*(%?)$|^(savings)\s*<\s*([\d.]+)$/.exec(text);
  const amount = parseDecimal(match?.[2] ?? match?.[5] ?? "");
  if (match === null || amount === undefined) {
    throw new AdapterError("invalid", `fail-on: ${JSON.stringify(text)} is none of ${KNOWN}`);
  }
  if (match[4] !== undefined) return { kind: "savings", under: amount, text };
  return { kind: match[3] === "%" ? "increase-percent" : "increase", over: amount, text };
}

/** Reads the input `fail-on`: conditions, separated by commas or lines. Throws an AdapterError for what is none. */
export function parseFailConditions(input: string): readonly FailCondition[] {
  return input
    .split(/[\n,]/)
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .map(conditionOf);
}

/** What the conditions are held against. */
export interface FailFacts {
  readonly differences: readonly CostDifference[];
  /** Of the resources that change: what had no price before is not this change's doing. */
  readonly unpricedCount: number;
  /** Errors of Terraform and of Apex, in all projects. */
  readonly problemsCount: number;
}

/** Why a condition is met, as a sentence; `undefined` when it is not. What may be more counts as an increase: unknown is not zero. */
function metReason(condition: FailCondition, facts: FailFacts): string | undefined {
  const { differences } = facts;
  const delta = addDecimals(...differences.map((each) => each.delta));
  const before = addDecimals(...differences.map((each) => each.before));
  const isMore = differences.some((each) => each.mayBeMore);
  const extent = isMore ? "at least " : "";
  switch (condition.kind) {
    case "problems":
      return facts.problemsCount === 0 ? undefined : `problems: ${facts.problemsCount}`;
    case "unpriced":
      return facts.unpricedCount === 0
        ? undefined
        : `changed resources without a price, or without a part of it: ${facts.unpricedCount}`;
    case "increase":
      return compareDecimals(delta, condition.over) > 0
        ? `the cost grows by ${extent}${delta} a month`
        : undefined;
    case "increase-percent": {
      if (compareDecimals(delta, ZERO) <= 0) return undefined;
      if (compareDecimals(before, ZERO) === 0)
        return `the cost grows from nothing by ${extent}${delta} a month`;
      const percent = divide(multiply(delta, "100" as Decimal), before);
      return compareDecimals(percent, condition.over) > 0
        ? `the cost grows by ${extent}${Number(percent).toFixed(2)}%`
        : undefined;
    }
    case "savings": {
      const saved = multiply(delta, "-1" as Decimal);
      if (compareDecimals(saved, condition.under) >= 0) return undefined;
      return `the change saves ${compareDecimals(saved, ZERO) > 0 ? saved : "nothing"}`;
    }
  }
}

/** Which conditions are met and why, as sentences. */
export function failures(conditions: readonly FailCondition[], facts: FailFacts): readonly string[] {
  return conditions.flatMap((condition) => {
    const reason = metReason(condition, facts);
    return reason === undefined ? [] : [`fail-on ${condition.text}: ${reason}`];
  });
}
