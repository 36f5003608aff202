import path from "node:path";
import type { TerraformDiagnostic } from "@apex/core";
import type { EstimateProblem } from "@apex/report";
import type { PlannedSide } from "./plan-cache.ts";

/** Terraform's words about the base would read as if the change were to blame. */
const OF_THE_BASE = "Before the change: ";

/** Terraform's advice is for its own command line. */
const UNSET_VARIABLE = "No value for required variable";
const HOW_TO_SET_IT = "Give the Action's `var-files` the variable files of this root module.";

function problemOf(directory: string, diagnostic: TerraformDiagnostic, prefix = ""): EstimateProblem {
  const { severity, summary, detail, address, range } = diagnostic;
  const file =
    range === undefined ? undefined : path.posix.normalize(path.posix.join(directory, range.filename));
  return {
    severity,
    summary: `${prefix}${summary}`,
    ...(detail === undefined || detail === "" ? {} : { detail: advised(summary, detail) }),
    ...(address === undefined ? {} : { address }),
    ...(file === undefined || file.startsWith("../") ? {} : { file, line: range?.start.line }),
  };
}

function advised(summary: string, detail: string): string {
  if (summary !== UNSET_VARIABLE) return detail;
  return `${detail.replace(/\s*Use a -var or -var-file [^.]*\./, "")} ${HOW_TO_SET_IT}`;
}

function keyOf({ severity, summary, detail, address }: TerraformDiagnostic): string {
  return JSON.stringify([severity, summary, detail, address]);
}

/**
 * What is wrong with a root module: the errors of a side that has no plan, and the warnings that the change brings. What is wrong
 * with both sides alike is said once.
 */
export function problemsOf(
  directory: string,
  sides: { readonly base: PlannedSide | null; readonly head: PlannedSide | null },
): readonly EstimateProblem[] {
  const errorsOf = (side: PlannedSide | null) =>
    side === null || side.plan !== null
      ? []
      : side.diagnostics.filter(({ severity }) => severity === "error");
  const [base, head] = [errorsOf(sides.base), errorsOf(sides.head)];
  const ofHead = new Set(head.map(keyOf));
  const known = new Set((sides.base?.diagnostics ?? []).map(keyOf));
  const warnings = (sides.head?.diagnostics ?? []).filter(
    (each) => each.severity === "warning" && !known.has(keyOf(each)),
  );
  return [
    ...head.map((each) => problemOf(directory, each)),
    ...base.filter((each) => !ofHead.has(keyOf(each))).map((each) => problemOf(directory, each, OF_THE_BASE)),
    ...warnings.map((each) => problemOf(directory, each)),
  ];
}
