/** The checks of the chaos test find what they look for: each has its planted violation, and none in books that are right. */
import { describe, expect, test } from "vitest";
import { seededRng } from "@apex/core";
import { chargesOf, rateRun } from "@apex/billing";
import type { Books } from "./books.ts";
import { faultSchedule, possibleFaults } from "./faults.ts";
import { atto } from "./independent-rating.ts";
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
  type Evidence,
  inventedRuns,
  lostReadings,
  lostRuns,
  readingsThatGoBack,
  runsGivenUp,
  wrongEnds,
} from "./run-checks.ts";
import { CARD, chaosScenario, PRICES } from "./scenario.ts";

const USAGE = { cpuNs: 1_234_567_891n, memoryReservedByteMs: 98_765_432_109n, gpuMs: 0n, gpuModel: null };

const READING = {
  tenant: "acme",
  run_id: "val-1",
  attempt: "2",
  monotonic_ms: "2000.5",
  boot_id: "b",
  cpu_ns: String(USAGE.cpuNs),
  memory_reserved_byte_ms: String(USAGE.memoryReservedByteMs),
  gpu_ms: "0",
  network_bytes: "10",
  block_bytes: "0",
};

const CHARGES = chargesOf(
  { tenant: "acme", subject: "val-1", from: "2026-11-01T00:00:00Z", at: "2026-11-01T00:01:00Z" },
  rateRun(USAGE, CARD),
);
const TOTAL = CHARGES.reduce((sum, { amount }) => sum + atto(amount), 0n);

/** One run of acme: its first attempt crashed, its second gave the verdict, it is charged, invoiced and told. */
function books(changes: Partial<Books> = {}): Books {
  const attempt = {
    tenant: "acme",
    run_id: "val-1",
    campaign_id: "c-1",
    cpu_ns: READING.cpu_ns,
  };
  return {
    campaigns: [{ tenant: "acme", id: "c-1", name: "budget", state: "done", budget: "1" }],
    members: [{ tenant: "acme", campaign_id: "c-1", run_id: "val-1" }],
    runs: [
      {
        tenant: "acme",
        id: "val-1",
        campaign_id: "c-1",
        state: "done",
        attempt: "2",
        cap: "0.9",
        verdict: "pass",
      },
    ],
    attempts: [
      { ...attempt, attempt: "1", sandbox_run_id: "val-1-1", ending: "crashed" },
      { ...attempt, attempt: "2", sandbox_run_id: "val-1-2", ending: "verdict" },
    ],
    readings: [{ ...READING, monotonic_ms: "1000", cpu_ns: "1" }, READING],
    charges: CHARGES.map(({ tenant, id, subject, kind, amount }) => {
      return { tenant, id, subject, kind, amount, attempt: "2" };
    }),
    entries: CHARGES.flatMap(({ tenant, id, amount }) => [
      { tenant, charge_id: id, amount },
      { tenant, charge_id: id, amount: `-${amount}` },
    ]),
    invoices: [{ tenant: "acme", number: "A-1", series: "A", ordinal: "1", total: "0.02" }],
    lines: CHARGES.map(({ amount }, position) => {
      // Both round down; the cent goes to the greater remainder.
      const cents = position === 0 ? "0.02" : "0.00";
      return { tenant: "acme", number: "A-1", exact: amount, amount: cents };
    }),
    invoiced: CHARGES.map(({ id }) => ({ tenant: "acme", charge_id: id, number: "A-1" })),
    outbox: CHARGES.map(({ id }) => ({ tenant: "acme", key: `acme/${id}` })),
    ...changes,
  };
}

function evidence(changes: Partial<Books> = {}, more: Partial<Evidence> = {}): Evidence {
  const execution = { tenant: "acme", runId: "val-1", worker: 1 };
  return {
    books: books(changes),
    executions: [
      { ...execution, event: "began", attempt: 1, sandboxRunId: "val-1-1" },
      { ...execution, event: "began", attempt: 2, sandboxRunId: "val-1-2" },
      { ...execution, event: "finished", attempt: 2, sandboxRunId: "val-1-2", ending: "verdict" },
    ],
    ordered: [{ tenant: "acme", runId: "val-1", plan: "pass" }],
    ...more,
  };
}

const right = evidence();
const charges = (proof: Evidence) => wrongCharges(proof, PRICES);
const [firstCharge] = right.books.charges;
const [run] = right.books.runs;
const [, settled] = right.books.attempts;

const { verdict: _verdict, ...unjudged } = run!;
const givenUp = { ...unjudged, state: "dead", reason: "It failed 5 times, the last time so: lost." };

const PLANTED: readonly (readonly [string, (proof: Evidence) => readonly string[], Evidence, RegExp])[] = [
  ["an open run", lostRuns, evidence({ runs: [{ ...run!, state: "running" }] }), /still running/],
  ["a run that was never kept", lostRuns, evidence({ runs: [] }), /not in the database/],
  [
    "an open campaign",
    lostRuns,
    evidence({ campaigns: [{ ...right.books.campaigns[0]!, state: "paused" }] }),
    /paused/,
  ],
  [
    "an attempt of two workers",
    doubledRuns,
    evidence({}, { executions: [...right.executions, { ...right.executions[1]!, worker: 2 }] }),
    /begun 2 times/,
  ],
  [
    "two verdicts",
    doubledRuns,
    evidence({ attempts: [{ ...settled!, attempt: "1", sandbox_run_id: "val-1-1" }, settled!] }),
    /ended 2 times/,
  ],
  [
    "work after the verdict",
    doubledRuns,
    evidence({}, { executions: [{ ...right.executions[0]!, attempt: 3, sandboxRunId: "val-1-3" }] }),
    /begun again/,
  ],
  ["a verdict out of nowhere", inventedRuns, evidence({}, { executions: [] }), /no worker gave/],
  ["a wrong verdict", wrongEnds, evidence({ runs: [{ ...run!, verdict: "fail" }] }), /was to be done, pass/],
  [
    "a container that nobody has metered",
    lostReadings,
    evidence({}, { executions: [{ ...right.executions[0]!, event: "provisioned" }] }),
    /nobody knows what it used/,
  ],
  [
    "runs that are given up",
    runsGivenUp,
    evidence(
      { runs: ["1", "2"].map((id) => ({ ...givenUp, id: `val-${id}` })) },
      { ordered: ["1", "2"].map((id) => ({ ...right.ordered[0]!, runId: `val-${id}` })) },
    ),
    /given up: It failed 5 times/,
  ],
  [
    "a reading that goes back",
    readingsThatGoBack,
    evidence({ readings: right.books.readings.toReversed() }),
    /went from/,
  ],
  [
    "charges of a second attempt",
    charges,
    evidence({ charges: [...right.books.charges, { ...firstCharge!, id: "val-1/vcpu/1", attempt: "1" }] }),
    /is charged .* and owes/,
  ],
  [
    "two attempts that are charged, each rightly",
    charges,
    evidence({
      attempts: right.books.attempts.map((attempt) => ({ ...attempt, ending: "verdict" })),
      readings: ["1", "2"].map((attempt) => ({ ...READING, attempt })),
      charges: ["1", "2"].flatMap((attempt) => right.books.charges.map((charge) => ({ ...charge, attempt }))),
    }),
    /charged to c-1 for the attempts 1, 2/,
  ],
  ["no charge", charges, evidence({ charges: [] }), /charged nothing/],
  [
    "a last digit",
    charges,
    evidence({
      charges: right.books.charges.map((charge) => ({ ...charge, amount: `${charge.amount.slice(0, -1)}0` })),
    }),
    /is charged/,
  ],
  [
    "a failure that is charged",
    charges,
    evidence({ attempts: [{ ...settled!, ending: "failed" }] }),
    /owes nothing/,
  ],
  [
    "a free run that does not say why",
    charges,
    evidence({}, { ordered: [{ ...right.ordered[0]!, plan: "our-fault" }] }),
    /owes nothing/,
  ],
  [
    "a charged run that says it is free",
    charges,
    evidence({ runs: [{ ...run!, free_reason: "It is free." }] }),
    /charged: It/,
  ],
  ["more than the cap", exceededLimits, evidence({ runs: [{ ...run!, cap: "0.001" }] }), /more than 0.001/],
  [
    "more than the budget",
    exceededLimits,
    evidence({ campaigns: [{ ...right.books.campaigns[0]!, budget: "0.002" }] }),
    /more than 0.002/,
  ],
  ["a missing leg", unbalancedEntries, evidence({ entries: right.books.entries.slice(1) }), /two legs/],
  ["a message too few", wrongMessages, evidence({ outbox: [] }), /no message/],
  ["a charge on no invoice", wrongInvoices, evidence({ invoiced: [] }), /on 0 invoices/],
  [
    "a wrong total",
    wrongInvoices,
    evidence({ invoices: [{ ...right.books.invoices[0]!, total: "0.03" }] }),
    /not .* rounded once/,
  ],
  ["a gap", wrongInvoices, evidence({ invoices: [{ ...right.books.invoices[0]!, ordinal: "2" }] }), /gap: 2/],
];

describe("a check of the chaos test", () => {
  test.each(PLANTED)("finds %s", (_what, check, planted, message) => {
    expect(check(right)).toEqual([]);
    expect(check(planted).join("\n")).toMatch(message);
  });

  test("takes what was read after a run was stopped for what is not charged, and only that", () => {
    const stopped = { ...settled!, ending: "stopped" };
    const free = {
      charges: [],
      runs: [{ ...run!, free_reason: "It was stopped before it had used anything." }],
    };
    expect(charges(evidence({ ...free, attempts: [{ ...stopped, cpu_ns: "0" }] }))).toEqual([]);
    expect(charges(evidence({ ...free, attempts: [stopped] })).join()).toMatch(/charged nothing and owes/);
    expect(charges(evidence({ ...free, attempts: [{ ...settled!, cpu_ns: "0" }] })).join()).toMatch(/owes/);
  });

  test("finds a budget that stops nothing", () => {
    const [campaign] = right.books.campaigns;
    const stopped = { ...campaign!, state: "stopped", stop_reason: "budget" };
    expect(ignoredBudgets(evidence({ campaigns: [stopped] }), "budget", 1)).toEqual([]);
    expect(ignoredBudgets(right, "budget", 2)).toEqual([]);
    expect(ignoredBudgets(right, "budget", 1).join()).toMatch(/was to be stopped by its budget/);
  });

  test("rates as the product does, by other arithmetic", () => {
    expect(TOTAL).toBe(atto(rateRun(USAGE, CARD).amount));
  });
});

describe("chaos from a seed", () => {
  const schedule = (seed: number) => faultSchedule(seededRng(seed), possibleFaults({})).take(50).toArray();

  test("is the same for the same seed, and another for another", () => {
    expect(schedule(7)).toEqual(schedule(7));
    expect(schedule(7)).not.toEqual(schedule(8));
    expect(chaosScenario(seededRng(7), 40)).toEqual(chaosScenario(seededRng(7), 40));
  });

  test("has only faults that can be done, and each of them soon", () => {
    const kinds = possibleFaults({});
    expect(kinds).not.toContain("crash-redis");
    expect(
      new Set(
        faultSchedule(seededRng(1), kinds)
          .take(30)
          .map(({ kind }) => kind)
          .toArray(),
      ),
    ).toEqual(new Set(kinds));
  });
});
