import type { TerraformDiagnostic, VerdictReason } from "@apex/core";
import { codeSpan, escapeMarkdown } from "@apex/report";
import type { PlannedChange, PlanResult } from "@apex/sandbox-terraform";
import { isRefused } from "./pipeline/plan-source.ts";
import { printable } from "./printable.ts";
import { renderPlan } from "./render-plan.ts";

/** The document of a validation that only planned: `apex.plan-validation/v1`, described in the README. */
export interface PlanValidation {
  readonly schema: "apex.plan-validation/v1";
  /** Never "pass": a plan says nothing about load. */
  readonly verdict: "fail" | "inconclusive";
  readonly reasons: readonly VerdictReason[];
  readonly terraformVersion: string;
  readonly changes: readonly PlannedChange[];
  readonly diagnostics: readonly TerraformDiagnostic[];
  readonly notes: readonly string[];
}

/** What the plan of a change shows, where no load can be run: `reason` says why not. */
export function judgePlan(result: PlanResult, reason: string): PlanValidation {
  const { terraformVersion, changes, diagnostics, notes } = result;
  const shared = {
    schema: "apex.plan-validation/v1",
    terraformVersion,
    changes,
    diagnostics,
    notes,
  } as const;
  const untried: VerdictReason = { code: "no-engine", kind: "inconclusive", summary: reason };
  if (isRefused(result)) {
    const summary = "Terraform refuses the change.";
    return {
      ...shared,
      verdict: "fail",
      reasons: [{ code: "plan-refused", kind: "fail", summary }, untried],
    };
  }
  const summary = "The change plans; whether the machines hold the load was not tried.";
  return {
    ...shared,
    verdict: "inconclusive",
    reasons: [{ code: "plan-only", kind: "inconclusive", summary }, untried],
  };
}

/** `apex.plan-validation/v1`. */
export function renderPlanValidationJson(validation: PlanValidation): string {
  return `${JSON.stringify(validation, null, 2)}\n`;
}

/** For people: the verdict with its reasons, then the plan. */
export function renderPlanValidationTable(
  { verdict, reasons }: PlanValidation,
  result: PlanResult,
  options: { readonly colour: boolean },
): string {
  const [first, ...rest] = reasons.map(({ summary }) => printable(summary));
  const lines = [`${verdict.toUpperCase()}: ${first}`, ...rest.map((summary) => `  ${summary}`)];
  return `${lines.join("\n")}\n\n${renderPlan(result, options)}`;
}

/** A comment of a pull request shows no more; the document has all of it. */
const ITEMS_MAX = 50;
/** A sentence with names from outside in it fits, and Terraform's explanation of an error. */
const SENTENCE_LENGTH_MAX = 600;

function bullets<Item>(
  title: string,
  items: readonly Item[],
  text: (item: Item) => string,
): readonly string[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, ITEMS_MAX).map((item) => `- ${text(item)}`);
  const more = items.length - shown.length;
  return ["", `**${title}**`, "", ...shown, ...(more > 0 ? [`- and ${more} more`] : [])];
}

const sentence = (text: string) => escapeMarkdown(text, SENTENCE_LENGTH_MAX);

function changeText({ address, actions, attributes }: PlannedChange): string {
  const what = attributes.slice(0, ITEMS_MAX).map((attribute) => codeSpan(attribute));
  return `${actions.join(", ")} ${codeSpan(address)}${what.length === 0 ? "" : `: ${what.join(", ")}`}`;
}

function diagnosticText({ severity, summary, detail, range, address }: TerraformDiagnostic): string {
  const place = range === undefined ? address : `${range.filename}:${range.start.line}`;
  const where = place === undefined ? "" : ` (${codeSpan(place)})`;
  const more = detail === undefined || detail === "" ? "" : `: ${sentence(detail)}`;
  return `${severity === "error" ? "Error" : "Warning"}: ${sentence(summary)}${where}${more}`;
}

/** For a pull request. What comes from outside is only ever text or code in it. */
export function renderPlanValidationMarkdown(validation: PlanValidation): string {
  const { verdict, reasons, changes, diagnostics, notes } = validation;
  const lines = [
    `### Apex: ${verdict}, planned only`,
    "",
    ...reasons.map(({ summary }) => `- ${sentence(summary)}`),
    ...bullets("Planned changes", changes, changeText),
    ...bullets("Terraform says", diagnostics, diagnosticText),
    ...bullets("Notes", notes, sentence),
  ];
  return `${lines.join("\n")}\n`;
}
