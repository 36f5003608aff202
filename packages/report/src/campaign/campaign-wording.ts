import { AMOUNT_DIGITS } from "@apex/billing";
import {
  type CampaignState,
  compareDecimals,
  type Currency,
  type Decimal,
  decimal,
  type StopReason,
} from "@apex/core";
import type { Paint } from "../terminal-paint.ts";
import { figure, msText } from "../validation/validation-wording.ts";
import { amountPair, amountText, plural, UNKNOWN } from "../wording.ts";
import {
  type CampaignReport,
  type CampaignReportRun,
  RUN_OUTCOMES,
  type RunLatency,
  type RunOutcome,
  type SavingsSum,
} from "./campaign-report.ts";

const ZERO = decimal(0);
const ONE = decimal(1);

/** A charge below one unit is shown to so many digits at least: many are cents. */
const CHARGE_DIGITS = 4;

const OUTCOME_WORDS: Readonly<Record<RunOutcome, string>> = {
  passed: "pass",
  failed: "fail",
  inconclusive: "inconclusive",
  dead: "dead",
  cancelled: "cancelled",
  running: "running",
  "not-run": "not run",
};

const OUTCOME_PAINTS: Readonly<Record<RunOutcome, Paint>> = {
  passed: "green",
  failed: "red",
  inconclusive: "yellow",
  dead: "red",
  cancelled: "dim",
  running: "bold",
  "not-run": "dim",
};

/** What the run came to, in a word or two. */
export function outcomeWord(outcome: RunOutcome): string {
  return OUTCOME_WORDS[outcome];
}

/** The colour of {@link outcomeWord}. */
export function outcomePaint(outcome: RunOutcome): Paint {
  return OUTCOME_PAINTS[outcome];
}

const STOP_WORDS: Readonly<Record<StopReason, string>> = {
  cancelled: "it was cancelled",
  budget: "its budget is used up",
  deadline: "its deadline is over",
  cap: "a run came to more than it was quoted",
};

/** Where a campaign stands: "stopped: its budget is used up". */
export function stateText({
  state,
  stopReason,
}: {
  readonly state: CampaignState;
  readonly stopReason: StopReason | null;
}): string {
  return stopReason === null ? state : `${state}: ${STOP_WORDS[stopReason]}`;
}

/** A charge for people: a small one is never shown as nothing. */
export function chargeText(amount: Decimal | null, currency: Currency): string {
  if (amount === null) return UNKNOWN;
  const isSmall = compareDecimals(amount, ONE) < 0 && compareDecimals(amount, decimal(-1)) > 0;
  if (!isSmall || compareDecimals(amount, ZERO) === 0) return amountText(amount, currency);
  for (let digits = CHARGE_DIGITS; digits < AMOUNT_DIGITS; digits += 1) {
    const text = amountText(amount, currency, digits);
    if (/[1-9]/.test(text)) return text;
  }
  return amountText(amount, currency, AMOUNT_DIGITS);
}

/** Two charges that differ never print alike. */
export function chargePair(a: Decimal, b: Decimal, currency: Currency): readonly [string, string] {
  const plain = [chargeText(a, currency), chargeText(b, currency)] as const;
  return plain[0] === plain[1] ? amountPair(a, b, currency) : plain;
}

/** A sum at list prices and after commitments. */
function savingsText(sum: SavingsSum, changes: number, currency: Currency): string {
  if (changes === 0) return "nothing";
  return `${amountText(sum.list, currency)} a month at list prices, ${netText(sum, changes, currency)}`;
}

function netText({ list, netKnown, netUnknown }: SavingsSum, changes: number, currency: Currency): string {
  if (netUnknown >= changes) return "after commitments unknown";
  const [, amount] = amountPair(list, netKnown, currency);
  return `${amount} after commitments${netUnknown === 0 ? "" : `, unknown for ${netUnknown} of them`}`;
}

/** The saving of one change, a month: at list prices, and after commitments. */
export function savingPair(
  { monthlySavings: { list, net } }: CampaignReportRun,
  currency: Currency,
): readonly [string, string] {
  return amountPair(list, net, currency);
}

/** {@link savingPair} in one cell. */
export function savingText(run: CampaignReportRun, currency: Currency): string {
  const [gross, rest] = savingPair(run, currency);
  if (run.monthlySavings.net === null) return `${gross}, after commitments unknown`;
  return gross === rest ? gross : `${gross}, ${rest} after commitments`;
}

/** What a run was charged, or why nothing. */
export function chargedText(run: CampaignReportRun, currency: Currency): string {
  if (run.isReused) return "known before";
  if (run.freeReason !== null) return "free";
  return run.charged === null ? "—" : chargeText(run.charged, currency);
}

/** "91.4 ms → 138 ms", or "" where nothing was measured. */
export function latencyText(p99: RunLatency | null): string {
  if (p99 === null || (p99.baselineMs === null && p99.candidateMs === null)) return "";
  return `${msText(p99.baselineMs)} → ${msText(p99.candidateMs)}`;
}

/** "× 1.51 (1.42–1.6)", or "" where it is not known. */
export function ratioText(p99: RunLatency | null): string {
  const ratio = p99?.ratio ?? null;
  return ratio === null ? "" : `× ${figure(ratio.estimate)} (${figure(ratio.low)}–${figure(ratio.high)})`;
}

/** "× 1.25", or "" where none was probed or none held. */
export function headroomText(factor: number | null): string {
  return factor === null ? "" : `× ${figure(factor)}`;
}

/** How many of each outcome, those that there are: "14 pass, 3 fail". */
function outcomeCounts({ summary: { runs } }: CampaignReport): string {
  const parts = RUN_OUTCOMES.filter((outcome) => runs.byOutcome[outcome] > 0).map(
    (outcome) => `${runs.byOutcome[outcome]} ${OUTCOME_WORDS[outcome]}`,
  );
  const reused = runs.reused === 0 ? "" : `; ${runs.reused} of them known before`;
  return parts.length === 0 ? "none" : `${runs.total}: ${parts.join(", ")}${reused}`;
}

const REST: Readonly<Record<Exclude<RunOutcome, "passed">, (count: number) => string>> = {
  failed: (count) => `${count} ${count === 1 ? "does" : "do"} not`,
  inconclusive: (count) => `${count} could not be told`,
  dead: (count) => `${count} could not be tried`,
  cancelled: (count) => `${count} ${count === 1 ? "was" : "were"} cancelled`,
  running: (count) => `${count} ${count === 1 ? "runs" : "run"} now`,
  "not-run": (count) => `${count} ${count === 1 ? "was" : "were"} not tried`,
};

/** The campaign in one sentence, without a final period and without a name from outside. */
export function campaignSentence(report: CampaignReport): string {
  const { runs, savings } = report.summary;
  if (runs.total === 0) return "Nothing to validate";
  const { passed } = runs.byOutcome;
  const head =
    passed === 0
      ? `None of ${plural(runs.total, "change")} is proven to carry its recorded load`
      : `${passed} of ${plural(runs.total, "change")} ${passed === 1 ? "carries its" : "carry their"} recorded load and would save ${savingsText(savings.proven, countedIn(report, "passed"), report.campaign.currency)}`;
  const rest = RUN_OUTCOMES.flatMap((outcome) =>
    outcome === "passed" || runs.byOutcome[outcome] === 0 ? [] : [REST[outcome](runs.byOutcome[outcome])],
  );
  return [head, ...(rest.length === 0 ? [] : [rest.join(", ")])].join("; ");
}

/** How many of an outcome are in the sums. */
function countedIn({ runs }: CampaignReport, ...outcomes: readonly RunOutcome[]): number {
  return runs.filter(({ outcome, isCounted }) => isCounted && outcomes.includes(outcome)).length;
}

/** What it has cost of what it may: "$3.21 charged of at most $12.00; budget $20.00". */
function costText({ summary: { cost }, campaign: { currency } }: CampaignReport): string {
  const [charged, quote] = chargePair(cost.charged, cost.quote, currency);
  const reserved =
    compareDecimals(cost.reserved, ZERO) > 0
      ? `, ${chargeText(cost.reserved, currency)} set aside for what runs now`
      : "";
  const budget = cost.budget === null ? "" : `; budget ${chargeText(cost.budget, currency)}`;
  return `${charged} charged of at most ${quote} quoted${reserved}${budget}`;
}

/** What the campaign brings for what it costs. */
function returnText({ summary, campaign: { currency } }: CampaignReport): string {
  const { provenHere } = summary.savings;
  const { list, net } = summary.return;
  if (compareDecimals(provenHere.list, ZERO) <= 0) return "no saving was proven by it";
  if (list === null) return "nothing was charged for what it proved";
  const after =
    net === null ? "after commitments unknown" : `${amountPair(list, net, currency)[1]} after commitments`;
  const unit = amountText(ONE, currency, 0);
  return `each ${unit} of validation proves ${amountPair(list, net, currency)[0]} a month at list prices, ${after}`;
}

/** A fact's name and its text, which may quote names from outside. */
export type CampaignFact = readonly [name: string, text: string];

/** What every form of the report says of the whole. */
export function campaignFacts(report: CampaignReport): readonly CampaignFact[] {
  const { campaign, summary } = report;
  const { savings } = summary;
  const sum = (of: SavingsSum, changes: number) => savingsText(of, changes, campaign.currency);
  const free = summary.cost.free.map(({ reason, runs }) => `${plural(runs, "run")}: ${whyFree(reason)}`);
  const open = countedIn(report, "inconclusive", "dead", "cancelled", "running", "not-run");
  return [
    ["Campaign", `${campaign.name}, ${stateText(campaign)}`],
    ["Runs", outcomeCounts(report)],
    ["Proven", sum(savings.proven, countedIn(report, "passed"))],
    ["Refuted", sum(savings.refuted, countedIn(report, "failed"))],
    ["Not proven", sum(savings.unproven, open)],
    ["Cost", costText(report)],
    ...(free.length === 0 ? [] : [["Free", free.join("; ")] as const]),
    ["Return", returnText(report)],
  ];
}

/** The rows as people read them: what passed first, the largest saving first. */
export function sortedRuns({ runs }: CampaignReport): readonly CampaignReportRun[] {
  return runs.toSorted(
    (a, b) =>
      RUN_OUTCOMES.indexOf(a.outcome) - RUN_OUTCOMES.indexOf(b.outcome) ||
      compareDecimals(b.monthlySavings.list, a.monthlySavings.list),
  );
}

/** A free run's reason where it is said already that it is free. */
export function whyFree(reason: string): string {
  return reason.replace(/^It is free: /, "").replace(/\.$/, "");
}

/** A text that others follow ends like one. */
function sentence(text: string): string {
  return /[.!?]\s*$/.test(text) ? text : `${text}.`;
}

/** Why a run came to what it did, with what else a reviewer must know of it; "" where there is nothing to say. */
export function reasonText(run: CampaignReportRun): string {
  return [
    ...(run.reason === null ? [] : [sentence(run.reason)]),
    ...(run.resultProblem === null ? [] : [run.resultProblem]),
    ...(run.freeReason === null || run.isReused ? [] : [sentence(run.freeReason)]),
    ...(run.attempts > 1 ? [`It took ${run.attempts} attempts.`] : []),
    ...(run.isCounted ? [] : ["Its saving is not added up: another run of the same target is."]),
  ].join(" ");
}

/** A path beside the report or an https address; anything else could be a script. `null`: no link. */
export function safeLink(link: string | null): string | null {
  return link !== null && /^(?:https:\/\/[\w.-]+(?::\d+)?\/)?[\w.~-]+(?:\/[\w.~-]+)*(?:#[\w-]+)?$/.test(link)
    ? link
    : null;
}
