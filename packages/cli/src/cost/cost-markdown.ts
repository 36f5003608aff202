import type { CostDifference } from "@apex/core";
import { ESTIMATE_SCHEMA, renderEstimateMarkdown } from "@apex/report";
import { APEX_VERSION } from "../version.ts";
import type { CostPlans } from "./cost-plans.ts";

/** What the Markdown says besides the difference. */
export interface CostMarkdownFacts {
  /** What is compared, as the user named it. */
  readonly name: string;
  readonly varFiles: readonly string[];
  readonly plans: CostPlans;
  readonly basis: string;
  readonly usageFile: string | null;
  readonly now: Date;
}

/** A difference as the Action's comment on a pull request shows it. */
export function renderCostMarkdown(difference: CostDifference, facts: CostMarkdownFacts): string {
  const { name, varFiles, plans, basis, usageFile, now } = facts;
  const terraform =
    plans.terraform === null
      ? null
      : { version: plans.terraform.terraformVersion, providers: plans.terraform.providers };
  return renderEstimateMarkdown(
    {
      schema: ESTIMATE_SCHEMA,
      apexVersion: APEX_VERSION,
      commits: null,
      terraform,
      basis,
      usageFile,
      projects: [{ directory: name, varFiles, difference, problems: [], notes: plans.notes }],
      untouched: 0,
      missed: [],
      validation: [],
    },
    { flavour: "github", tag: "", validAt: now.toISOString() },
  );
}
