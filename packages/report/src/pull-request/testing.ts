import type { RecommendationOutcome } from "../build-report.ts";
import { anOutcome, aReport } from "../testing.ts";
import { aValidation } from "../validation/testing.ts";
import { reportedValidation } from "../validation/reported-validation.ts";
import type { PullRequestGroup } from "./pull-request-text.ts";

/** A group of these outcomes, the first of them tried in the sandbox. */
export function aGroup(
  changes: Partial<PullRequestGroup> = {},
  outcomes: readonly RecommendationOutcome[] = [anOutcome()],
): PullRequestGroup {
  const report = aReport({ outcomes });
  const target = report.recommendations[0]?.address ?? "aws_instance.web";
  return {
    key: "module.web/low",
    contentHash: "0123456789abcdef",
    name: "module.web",
    module: "module.web",
    owners: ["@acme/platform"],
    directory: "envs/prod",
    base: { branch: "main", commit: "a".repeat(40) },
    recommendations: report.recommendations,
    plan: report.plan,
    cost: report.cost,
    validation: [{ ...reportedValidation(aValidation()), target }],
    window: report.inputs.window,
    apexVersion: "0.1.0",
    dismissal: { notNowLabel: "apex: not now", neverLabel: "apex: never", notNowDays: 90 },
    ...changes,
  };
}
