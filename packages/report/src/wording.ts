import {
  compareDecimals,
  type Currency,
  type Decimal,
  type Diagnostic,
  formatMoney,
  type RecommendationAction,
  type RiskLevel,
  type SavingsRealisation,
  unreachable,
} from "@apex/core";
import type { ReportedRecommendation } from "./report.ts";

/** An amount longer than this is an error of the input; it is cut so that it cannot break a page. */
const AMOUNT_LENGTH_MAX = 40;

/** More digits than this tell nobody anything: amounts that agree so far are shown as equal. */
const DIGITS_MAX = 12;

/** What stands where an amount is not known. */
export const UNKNOWN = "unknown";

/** An amount for people, "unknown" for `null`. */
export function amountText(amount: Decimal | null, currency: Currency, digits?: number): string {
  if (amount === null) return UNKNOWN;
  // The code comes from a bill: anything but three capitals could be markup.
  const code = /^[A-Z]{3}$/.test(currency) ? currency : "(currency unknown)";
  const text = formatMoney({ amount, currency: code }, digits);
  return text.length > AMOUNT_LENGTH_MAX ? `${text.slice(0, AMOUNT_LENGTH_MAX)}…` : text;
}

/** Two amounts for people with as many digits as it takes to tell them apart: different amounts never print alike. */
export function amountPair(
  before: Decimal | null,
  after: Decimal | null,
  currency: Currency,
): readonly [string, string] {
  const plain = [amountText(before, currency), amountText(after, currency)] as const;
  if (before === null || after === null || compareDecimals(before, after) === 0) return plain;
  if (plain[0] !== plain[1]) return plain;
  for (let digits = 3; digits <= DIGITS_MAX; digits++) {
    const pair = [amountText(before, currency, digits), amountText(after, currency, digits)] as const;
    if (pair[0] !== pair[1]) return pair;
  }
  return [`${plain[0]} (rounded)`, `${plain[1]} (rounded, not equal)`];
}

const RISK_WORDS: Readonly<Record<RiskLevel, string>> = {
  0: "none",
  1: "very low",
  2: "low",
  3: "medium",
  4: "high",
};

/** A message with what to do about it: "The round has not ended. Run `apex collect aws` again." */
export function messageText({ summary, detail }: Pick<Diagnostic, "summary" | "detail">): string {
  return detail === undefined ? summary : `${summary}. ${detail}`;
}

/** A share as whole percent, rounded down, so that nothing looks complete that is not; 0.57 is 57, whatever its product is. */
export function wholePercent(share: number): string {
  return `${Math.floor(share * 100 + ROUNDING)} %`;
}

/** More than a product of a share and 100 is off, and less than any share that is told. */
const ROUNDING = 1e-9;

/** The risk as a word. */
export function riskWord(risk: RiskLevel): string {
  return RISK_WORDS[risk];
}

const ACTION_WORDS: Readonly<Record<RecommendationAction, string>> = {
  stop: "stop",
  "snapshot-and-delete": "snapshot, then delete",
  resize: "resize",
  "set-capacity": "capacity",
  "change-volume-type": "volume type",
  schedule: "schedule",
  release: "release",
  "set-performance": "performance",
  "set-lifecycle": "lifecycle",
  "share-gpus": "share GPUs",
};

/** When a saving comes, where that is not with the merge; "" where it is. */
export function realisationText(realised: SavingsRealisation): string {
  switch (realised) {
    case "on-merge":
      return "";
    case "as-it-scales":
      return "as it scales in";
    case "after-hold":
      return "once deleted";
    default:
      return unreachable(realised);
  }
}

/** The action as people say it. */
export function actionWord(action: RecommendationAction): string {
  return ACTION_WORDS[action];
}

/**
 * What a recommendation is called: its address; for what is not under Terraform the cloud's id, or its name with the service,
 * region and account that tell it from others of the same name.
 */
export function nameOf(recommendation: {
  readonly address: string | null;
  readonly resourceId: string;
  readonly resourceName?: string;
}): string {
  const { address, resourceId, resourceName } = recommendation;
  if (address !== null) return address;
  if (resourceName === undefined) return resourceId;
  // Source: IAM user guide, "Amazon Resource Names": arn:partition:service:region:account:resource.
  const place = resourceId
    .split(":", 5)
    .slice(2)
    .filter((part) => part !== "");
  return place.length === 0 ? resourceId : `${resourceName} (${place.join(", ")})`;
}

/** Whether a recommendation is in the patch: applied or planned. */
export function isInPatch({ status }: ReportedRecommendation): boolean {
  return status !== "not-applicable";
}

/** A count with its noun: "1 resource", "3 resources". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Entries that say the same, in the order of their first appearance. */
export function groupByText(
  entries: readonly { readonly name: string; readonly text: string }[],
): readonly { readonly text: string; readonly names: readonly string[] }[] {
  const groups = new Map<string, Set<string>>();
  for (const { name, text } of entries) {
    const names = groups.get(text) ?? new Set();
    groups.set(text, names.add(name));
  }
  return [...groups].map(([text, names]) => ({ text, names: [...names] }));
}

/** Where a file lies on the machine that made the report tells a reader elsewhere nothing. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
