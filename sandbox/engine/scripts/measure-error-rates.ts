/**
 * Prints the judge's error rates on simulated services, for the README: node scripts/measure-error-rates.ts [TRIALS].
 * Every trial is a whole validation: 5 + 5 replays in the order ABBA, more where the judge asks for them.
 */
import { clopperPearson } from "../src/judge/clopper-pearson.ts";
import { tallyVerdicts } from "../src/judge/testing/error-rates.ts";
import type { SimulatedReplays, SimulatedService } from "../src/judge/testing/simulate.ts";

const trials = Number(process.argv[2] ?? 400);
const REPLAYS: SimulatedReplays = { serviceMs: 10, requests: 3_000, driftShare: 0.03 };
const BASELINE: SimulatedService = { slots: 4, utilisation: 0.35 };

interface Scenario {
  readonly name: string;
  readonly baseline: SimulatedService;
  readonly candidate: SimulatedService;
  readonly replays?: Partial<SimulatedReplays>;
}

function same(name: string, service: SimulatedService, replays: Partial<SimulatedReplays> = {}): Scenario {
  return { name: `A/A, ${name}`, baseline: service, candidate: service, replays };
}

function short(share: number): Scenario {
  const candidate = { slots: 2, utilisation: 1 / share };
  return { name: `bad: ${share * 100} % of the needed CPU`, baseline: BASELINE, candidate };
}

/** Sixteen slots that are hardly used: latencies are service times, and their ratio is known exactly. */
function slowed(name: string, factor: number): Scenario {
  const baseline = { slots: 16, utilisation: 0.1 };
  return { name, baseline, candidate: { ...baseline, utilisation: 0.1 * factor } };
}

const SCENARIOS: readonly Scenario[] = [
  same("utilisation 0.35, drift 3 %", BASELINE),
  same("utilisation 0.7, drift 0", { slots: 4, utilisation: 0.7 }, { driftShare: 0 }),
  same("utilisation 0.7, drift 3 %", { slots: 4, utilisation: 0.7 }),
  same(
    "utilisation 0.7, drift 3 %, host 10 % slower at the end",
    { slots: 4, utilisation: 0.7 },
    { trendShare: 0.1 },
  ),
  same("utilisation 0.85, drift 3 %", { slots: 4, utilisation: 0.85 }),
  same("one slot, utilisation 0.7, drift 3 %", { slots: 1, utilisation: 0.7 }),
  same("utilisation 0.7, drift 10 %", { slots: 4, utilisation: 0.7 }, { driftShare: 0.1 }),
  ...[0.5, 0.6, 0.7, 0.8, 0.9, 0.95].map(short),
  slowed("bad: 50 % slower without a queue", 1.5),
  slowed("at the bound: 25 % slower without a queue", 1.25),
  slowed("good: 10 % slower without a queue", 1.1),
  {
    name: "bad: 50 % slower at utilisation 0.5 (p95 × 2)",
    baseline: { slots: 4, utilisation: 0.5 },
    candidate: { slots: 4, utilisation: 0.75 },
  },
  {
    name: "bad: 100 % slower at utilisation 0.3 (p95 × 2.2)",
    baseline: { slots: 4, utilisation: 0.3 },
    candidate: { slots: 4, utilisation: 0.6 },
  },
  {
    name: "good: 8 slots at 0.2 to 4 at 0.4",
    baseline: { slots: 8, utilisation: 0.2 },
    candidate: { slots: 4, utilisation: 0.4 },
  },
  {
    name: "good, near the bound: 4 slots at 0.2 to 2 at 0.4 (p95 × 1.16)",
    baseline: { slots: 4, utilisation: 0.2 },
    candidate: { slots: 2, utilisation: 0.4 },
  },
  {
    name: "bad: 4 slots at 0.35 to 2 at 0.7 (p95 × 1.9)",
    baseline: BASELINE,
    candidate: { slots: 2, utilisation: 0.7 },
  },
];

console.log(`${trials} validations each, service time 10 ms (cv 1), 3,000 requests a replay`);
console.log("| scenario | pass | fail | inconclusive | wrong, 95 % interval |");
console.log("|---|--:|--:|--:|--:|");
for (const { name, baseline, candidate, replays } of SCENARIOS) {
  const tally = tallyVerdicts(trials, { baseline, candidate }, { ...REPLAYS, ...replays });
  const wrong = /^(bad|at)/.test(name) ? tally.pass : tally.fail;
  const { low, high } = clopperPearson(wrong, trials, 0.025);
  const percent = (share: number) => `${(100 * share).toFixed(1)}`;
  console.log(
    `| ${name} | ${tally.pass} | ${tally.fail} | ${tally.inconclusive} | ${percent(wrong / trials)} % (${percent(low)}–${percent(high)}) |`,
  );
}
