import type { ReportedPlan } from "./report.ts";

/**
 * What the plan says, in Terraform's words, and who answered Terraform; one sentence. `quoted` makes the version, which
 * is text from outside, fit for the page.
 */
export function planSentence(plan: ReportedPlan, quoted: (text: string, max: number) => string): string {
  if (plan.terraformVersion === null) return "No plan could be made.";
  const who =
    plan.providers === "stand-in" ? "stand-in providers (offline, no cloud was asked)" : "the real providers";
  const has = (wanted: string): number =>
    plan.changes.filter(({ actions }) => actions.includes(wanted)).length;
  const replaced = plan.changes.filter(
    ({ actions }) => actions.includes("delete") && actions.includes("create"),
  ).length;
  const counts = [
    `${has("update")} to change`,
    `${has("create") - replaced} to add`,
    `${replaced} to replace`,
    `${has("delete") - replaced} to destroy`,
  ];
  return `Terraform ${quoted(plan.terraformVersion, 20)} with ${who}: ${counts.join(", ")}.`;
}
