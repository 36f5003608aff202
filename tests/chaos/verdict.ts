/** All checks of a round, and what they found. */
import type { Evidence } from "./run-checks.ts";
import type { RoundOutcome } from "./round.ts";
import {
  exceededLimits,
  ignoredBudgets,
  unbalancedEntries,
  wrongCharges,
  wrongInvoices,
  wrongMessages,
} from "./money-checks.ts";
import {
  doubledRuns,
  inventedRuns,
  lostReadings,
  lostRuns,
  readingsThatGoBack,
  runsGivenUp,
  wrongEnds,
} from "./run-checks.ts";
import { BUDGETED, PRICES, TOO_MANY_FOR_BUDGET } from "./scenario.ts";

/** One check and what is wrong by it: whole sentences, none when it holds. */
export interface Finding {
  readonly check: string;
  readonly problems: readonly string[];
}

/** Names of the checks by which a doubled run shows: the negative control has to fail these. */
export const DOUBLED_RUNS = "no run is done or settled twice";
export const EXACT_CHARGES = "charges are exactly what the settled attempts used";

const CHECKS: Readonly<Record<string, (evidence: Evidence) => readonly string[]>> = {
  "no run and no campaign is lost": lostRuns,
  [DOUBLED_RUNS]: doubledRuns,
  "every verdict is of a worker": inventedRuns,
  "every run ended as it was meant to": wrongEnds,
  "hardly any run is given up": runsGivenUp,
  "readings only rise": readingsThatGoBack,
  "every container was metered": lostReadings,
  [EXACT_CHARGES]: (evidence) => wrongCharges(evidence, PRICES),
  "caps and budgets hold": exceededLimits,
  "a budget stops its campaign": (evidence) => ignoredBudgets(evidence, BUDGETED, TOO_MANY_FOR_BUDGET),
  "the ledger is at 0, charge by charge": unbalancedEntries,
  "the outside is told of each charge once": wrongMessages,
  "invoices equal charges, numbers have no gap": wrongInvoices,
};

/** Everything that a round is held to. */
export function findingsOf(outcome: RoundOutcome, runsMin: number): readonly Finding[] {
  const { evidence, audit, ownEnds, left } = outcome;
  const provisioned = evidence.executions.filter(({ event }) => event === "provisioned").length;
  const cut = evidence.books.attempts.filter(({ ending }) => ending === "crashed" || ending === "released");
  const idle = [
    ...(provisioned >= runsMin ? [] : [`Only ${provisioned} containers ran; ${runsMin} were wanted.`]),
    ...(cut.length > 0 ? [] : ["No attempt was cut off: the faults hit nobody."]),
  ];
  return [
    ...Object.entries(CHECKS).map(([check, find]) => ({ check, problems: find(evidence) })),
    { check: "the product's own audit finds nothing", problems: audit },
    { check: "no worker ends by itself", problems: ownEnds },
    { check: "nothing is left on the host", problems: left },
    { check: "the faults hit and the containers ran", problems: idle },
  ];
}
