import { type Campaign, type CampaignRun, decimal } from "@apex/core";
import { renderValidationJson } from "../validation/render-validation-json.ts";
import { aFailedValidation, aValidation } from "../validation/testing.ts";
import { campaignReport, type CampaignReportParts } from "./build-campaign-report.ts";
import type { CampaignReport } from "./campaign-report.ts";

const VERSION = { apexVersion: "0.1.0" };

/** What a passing validation leaves. */
export const PASS_RESULT = renderValidationJson(aValidation(), VERSION);

const FAIL_RESULT = renderValidationJson(aFailedValidation(), VERSION);

/** A campaign that is over, of amounts that fit {@link someRuns}. */
export function aCampaign(changes: Partial<Campaign> = {}): Campaign {
  return {
    id: "cam-5d1e",
    tenant: "acme",
    name: "November fleet",
    priority: 5,
    budget: decimal("20"),
    deadline: "2026-11-22T06:00:00Z",
    diagnostics: [
      {
        severity: "warning",
        code: "no-workload",
        summary: "No recorded workload is mapped to it",
        detail: "Map one with --workload",
        address: "aws_instance.batch",
      },
    ],
    state: "done",
    stopReason: null,
    rateCard: "bvm-2026-11-01",
    currency: "USD",
    quote: decimal("12.5"),
    charged: decimal("0.305"),
    reserved: decimal("0"),
    createdAt: "2026-11-21T10:00:00Z",
    startedAt: "2026-11-21T10:01:00Z",
    endedAt: "2026-11-21T11:00:00Z",
    counts: { waiting: 0, running: 0, done: 4, dead: 1, cancelled: 0 },
    ...changes,
  };
}

/** A run that passed. */
export function aRunOf(position: number, changes: Partial<CampaignRun> = {}): CampaignRun {
  return {
    runId: `val-${position}`,
    position,
    target: `aws_instance.web["${position}"]`,
    change: "m5.2xlarge → m6i.xlarge",
    monthlySavings: { list: decimal("140.16"), net: decimal("100.5") },
    state: "done",
    attempts: 1,
    isReused: false,
    verdict: "pass",
    reason: null,
    progress: null,
    worker: null,
    cap: decimal("2.5"),
    charged: decimal("0.1525"),
    freeReason: null,
    result: PASS_RESULT,
    startedAt: "2026-11-21T10:01:00Z",
    endedAt: "2026-11-21T10:11:00Z",
    ...changes,
  };
}

/** One run of each kind. */
export function someRuns(): readonly CampaignRun[] {
  return [
    aRunOf(1),
    aRunOf(2, {
      verdict: "fail",
      result: FAIL_RESULT,
      monthlySavings: { list: decimal("90"), net: null },
    }),
    aRunOf(3, {
      verdict: "inconclusive",
      result: null,
      reason: "Something else used the host.",
      charged: decimal("0"),
      freeReason: "It is free: what kept it from a verdict was our machine, and not the service.",
      monthlySavings: { list: decimal("12.5"), net: decimal("12.5") },
      attempts: 3,
    }),
    aRunOf(4, {
      state: "dead",
      verdict: null,
      result: null,
      reason: "The image web:1 is not there.",
      charged: decimal("0"),
      freeReason: "It is free: it failed before it had a verdict.",
      monthlySavings: { list: decimal("7"), net: null },
    }),
    aRunOf(5, {
      isReused: true,
      charged: decimal("0.4"),
      monthlySavings: { list: decimal("60"), net: decimal("60") },
    }),
  ];
}

/** The report of {@link aCampaign} with {@link someRuns}. */
export function aCampaignReport(changes: Partial<CampaignReportParts> = {}): CampaignReport {
  return campaignReport({
    apexVersion: "0.1.0",
    generatedAt: "2026-11-21T12:00:00Z",
    campaign: aCampaign(),
    runs: someRuns(),
    ...changes,
  });
}
