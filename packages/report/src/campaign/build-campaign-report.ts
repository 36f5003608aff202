import {
  type Campaign,
  type CampaignRun,
  compareDecimals,
  type Decimal,
  decimal,
  divide,
  roundDecimal,
  sumDecimals,
} from "@apex/core";
import {
  CAMPAIGN_SCHEMA,
  type CampaignReport,
  type CampaignReportRun,
  type CampaignSummary,
  type FreeRuns,
  outcomeOf,
  RUN_OUTCOMES,
  type RunOutcome,
  type SavingsSum,
} from "./campaign-report.ts";
import { readResult, type ResultFigures } from "./read-result.ts";

/** What a report of a campaign is made of. */
export interface CampaignReportParts {
  readonly apexVersion: string;
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly campaign: Campaign;
  /** All of them; their order is that of `position`. */
  readonly runs: readonly CampaignRun[];
  /** What the runs' results say, where `runs` come without them: of a thousand they would fill the memory. */
  readonly figures?: ReadonlyMap<string, ResultFigures>;
  /** Where a run's own report is, relative to this one or as an https address; absent: nowhere. */
  readonly linkOf?: (runId: string) => string | null;
}

const ZERO = decimal(0);

/** Digits of a return: a tenth of a cent for a cent is the finest that anybody compares. */
const RETURN_DIGITS = 6;

/** The whole of a campaign as plain data: also of one that is not over yet. */
export function campaignReport(parts: CampaignReportParts): CampaignReport {
  const { campaign, apexVersion, generatedAt } = parts;
  const ordered = parts.runs.toSorted((a, b) => a.position - b.position);
  const counted = countedRuns(ordered);
  const runs = ordered.map((run) => reportedRun(run, counted.has(run.runId), parts));
  const { id, tenant, name, state, stopReason, rateCard, currency, createdAt, startedAt, endedAt } = campaign;
  return {
    schema: CAMPAIGN_SCHEMA,
    apexVersion,
    generatedAt,
    campaign: {
      id,
      tenant,
      name,
      state,
      stopReason,
      rateCard,
      currency,
      createdAt,
      startedAt,
      endedAt,
      deadline: campaign.deadline,
    },
    summary: summaryOf(campaign, runs),
    runs,
    diagnostics: campaign.diagnostics,
  };
}

/** How much a run's outcome says about its target: only one of a target's changes can be made, and it is the best one known. */
const WEIGHT: Readonly<Record<RunOutcome, number>> = {
  passed: 0,
  running: 1,
  "not-run": 1,
  inconclusive: 1,
  dead: 1,
  cancelled: 1,
  failed: 2,
};

/** Of every target the run whose saving counts: the largest that passed, else the largest that may still pass, else the largest refuted. */
function countedRuns(runs: readonly CampaignRun[]): ReadonlySet<string> {
  const byTarget = [...Map.groupBy(runs, ({ target }) => target).values()];
  const best = byTarget.flatMap((ofTarget) =>
    ofTarget
      .toSorted(
        (a, b) =>
          WEIGHT[outcomeOf(a)] - WEIGHT[outcomeOf(b)] ||
          compareDecimals(b.monthlySavings.list, a.monthlySavings.list),
      )
      .slice(0, 1),
  );
  return new Set(best.map(({ runId }) => runId));
}

function reportedRun(
  run: CampaignRun,
  isCounted: boolean,
  { linkOf, figures: known }: CampaignReportParts,
): CampaignReportRun {
  const figures = known?.get(run.runId) ?? readResult(run.result, run.verdict);
  const { runId, target, change, isReused, monthlySavings, cap, charged, freeReason, attempts } = run;
  return {
    runId,
    target,
    change,
    outcome: outcomeOf(run),
    isReused,
    isCounted,
    reason: figures.reason ?? run.reason,
    p99: figures.p99,
    headroomFactor: figures.headroomFactor,
    monthlySavings: { list: monthlySavings.list, net: monthlySavings.net },
    cap,
    charged,
    freeReason,
    attempts,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    resultProblem: figures.problem,
    link: linkOf?.(runId) ?? null,
  };
}

function summaryOf(campaign: Campaign, runs: readonly CampaignReportRun[]): CampaignSummary {
  const byOutcome = Object.fromEntries(
    RUN_OUTCOMES.map((outcome) => [outcome, runs.filter((run) => run.outcome === outcome).length]),
  ) as Record<RunOutcome, number>;
  const counted = runs.filter(({ isCounted }) => isCounted);
  const passed = counted.filter(({ outcome }) => outcome === "passed");
  const provenHere = sumOf(passed.filter(({ isReused }) => !isReused));
  const { charged, reserved, quote, budget } = campaign;
  return {
    runs: { total: runs.length, byOutcome, reused: runs.filter(({ isReused }) => isReused).length },
    savings: {
      proven: sumOf(passed),
      provenHere,
      refuted: sumOf(counted.filter(({ outcome }) => outcome === "failed")),
      unproven: sumOf(counted.filter(({ outcome }) => outcome !== "passed" && outcome !== "failed")),
    },
    cost: { charged, reserved, quote, budget, free: freeRuns(runs) },
    return: { list: perUnit(provenHere.list, charged), net: perUnit(provenHere.net, charged) },
  };
}

function sumOf(runs: readonly CampaignReportRun[]): SavingsSum {
  const nets = runs.flatMap(({ monthlySavings }) => monthlySavings.net ?? []);
  const netKnown = sumDecimals(nets);
  return {
    list: sumDecimals(runs.map(({ monthlySavings }) => monthlySavings.list)),
    net: nets.length === runs.length ? netKnown : null,
    netKnown,
    netUnknown: runs.length - nets.length,
  };
}

/** Without a charge there is no return, not an endless one. */
function perUnit(savings: Decimal | null, charged: Decimal): Decimal | null {
  if (savings === null || compareDecimals(charged, ZERO) <= 0) return null;
  return decimal(roundDecimal(divide(savings, charged), RETURN_DIGITS));
}

function freeRuns(runs: readonly CampaignReportRun[]): readonly FreeRuns[] {
  const counts = new Map<string, number>();
  for (const { freeReason, isReused } of runs) {
    if (freeReason !== null && !isReused) counts.set(freeReason, (counts.get(freeReason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => ({ reason, runs: count })).toSorted((a, b) => b.runs - a.runs);
}
