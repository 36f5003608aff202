/** Whether the money is right, computed from all rows a second time. Each check returns whole sentences. */
import type { Books } from "./books.ts";
import { atto, attoText, divideHalfEven, independentLines, type Prices } from "./independent-rating.ts";
import type { Evidence } from "./run-checks.ts";
import { attemptKey, runKey } from "./run-key.ts";

const sum = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

/** Lines as "memory 0.1, vcpu 0.2", in one order. */
function lineText(lines: Iterable<readonly [string, bigint]>): string {
  const parts = [...lines]
    .filter(([, amount]) => amount !== 0n)
    .map(([kind, amount]) => `${kind} ${attoText(amount)}`);
  return parts.length === 0 ? "nothing" : parts.toSorted().join(", ");
}

type Attempt = Books["attempts"][number];

interface Terms {
  readonly prices: Prices;
  readonly cap: string;
  readonly isOurFault: boolean;
}

/**
 * The last reading that an attempt settled by. One that is stopped while its engine is away is read by a reaper later, and what
 * comes after the end is not charged any more.
 */
function lastReading(books: Books, attempt: Attempt): Books["readings"][number] | undefined {
  return books.readings.findLast(
    ({ tenant, run_id, attempt: number, cpu_ns }) =>
      tenant === attempt.tenant &&
      run_id === attempt.run_id &&
      number === attempt.attempt &&
      (attempt.ending !== "stopped" || BigInt(cpu_ns) <= BigInt(attempt.cpu_ns)),
  );
}

/** What an attempt is to be charged, by its last reading and the card. */
function owedLines(books: Books, attempt: Attempt, terms: Terms): ReadonlyMap<string, bigint> {
  const reading = lastReading(books, attempt);
  const hasMinimum = attempt.ending === "verdict";
  if (reading === undefined || !(hasMinimum || attempt.ending === "stopped") || terms.isOurFault)
    return new Map();
  const usage = {
    cpuNs: BigInt(reading.cpu_ns),
    memoryReservedByteMs: BigInt(reading.memory_reserved_byte_ms),
  };
  const lines = independentLines(usage, terms.prices, { cap: terms.cap, hasMinimum });
  // Stopped because it came to more than it was quoted, which is ours to bear.
  return !hasMinimum && lines.has("cap") ? new Map() : lines;
}

/** Each attempt is charged exactly what it used where it settled its run, and nothing otherwise. */
export function wrongCharges({ books, ordered }: Evidence, prices: Prices): readonly string[] {
  const plans = new Map(ordered.map(({ tenant, runId, plan }) => [runKey(tenant, runId), plan]));
  const caps = new Map(books.runs.map(({ tenant, id, cap }) => [runKey(tenant, id), cap]));
  const ofAttempts = Map.groupBy(
    books.charges,
    ({ tenant, subject, attempt }) => `${runKey(tenant, subject)}, attempt ${attempt}`,
  );
  const wrong = books.attempts.flatMap((attempt) => {
    const run = runKey(attempt.tenant, attempt.run_id);
    const key = `${run}, attempt ${attempt.attempt}`;
    const charges = ofAttempts.get(key) ?? [];
    ofAttempts.delete(key);
    const terms = { prices, cap: caps.get(run) ?? "0", isOurFault: plans.get(run) === "our-fault" };
    const owed = lineText(owedLines(books, attempt, terms));
    // A list, not a map: the same line twice is what is looked for.
    const charged = lineText(charges.map(({ kind, amount }) => [kind, atto(amount)] as const));
    return charged === owed ? [] : [`${key} (${attempt.ending}) is charged ${charged} and owes ${owed}.`];
  });
  return [
    ...wrong,
    ...[...ofAttempts.keys()].map((key) => `There are charges for ${key}, which there was not.`),
    ...chargedTwice(books),
    ...unexplained(books),
  ];
}

function chargedAttempts({ charges }: Books): ReadonlySet<string> {
  return new Set(charges.map(({ tenant, subject, attempt }) => attemptKey(tenant, subject, attempt)));
}

/** Runs that a campaign pays for more than once, each time for another attempt. */
function chargedTwice(books: Books): readonly string[] {
  const charged = chargedAttempts(books);
  const paid = books.attempts.filter(({ tenant, run_id, attempt }) =>
    charged.has(attemptKey(tenant, run_id, attempt)),
  );
  const byPayer = Map.groupBy(
    paid,
    ({ tenant, run_id, campaign_id }) => `The run ${runKey(tenant, run_id)} is charged to ${campaign_id}`,
  );
  return [...byPayer]
    .filter(([, attempts]) => attempts.length > 1)
    .map(
      ([what, attempts]) => `${what} for the attempts ${attempts.map(({ attempt }) => attempt).join(", ")}.`,
    );
}

/** Runs that ended and were not charged say why, and only those. */
function unexplained(books: Books): readonly string[] {
  const charged = chargedAttempts(books);
  return books.runs.flatMap(({ tenant, id, attempt, state, free_reason }) => {
    const isCharged = charged.has(attemptKey(tenant, id, attempt));
    if (isCharged !== (free_reason !== undefined)) return [];
    return [
      `The run ${id} of ${tenant} is ${state}, ${isCharged ? "charged" : "not charged"}: ${free_reason ?? "no reason"}`,
    ];
  });
}

/** No run costs a campaign more than its cap, no campaign costs more than its budget. */
export function exceededLimits({ books }: Evidence): readonly string[] {
  const payers = new Map(
    books.attempts.map(({ tenant, run_id, attempt, campaign_id }) => [
      attemptKey(tenant, run_id, attempt),
      campaign_id,
    ]),
  );
  const ofRuns = new Map<string, bigint>();
  const ofCampaigns = new Map<string, bigint>();
  const count = (totals: Map<string, bigint>, key: string, amount: bigint) =>
    totals.set(key, (totals.get(key) ?? 0n) + amount);
  for (const { tenant, subject, attempt, amount } of books.charges) {
    const campaign = payers.get(attemptKey(tenant, subject, attempt)) ?? "nobody";
    count(ofRuns, `${campaign}/${runKey(tenant, subject)}`, atto(amount));
    count(ofCampaigns, runKey(tenant, campaign), atto(amount));
  }
  const caps = new Map(books.runs.map(({ tenant, id, cap }) => [runKey(tenant, id), cap]));
  return [
    ...[...ofRuns].flatMap(([key, total]) => {
      const cap = caps.get(key.slice(key.indexOf("/") + 1)) ?? "0";
      return total > atto(cap) ? [`${key} costs ${attoText(total)}, more than ${cap}.`] : [];
    }),
    ...books.campaigns.flatMap(({ tenant, id, budget }) => {
      const total = ofCampaigns.get(runKey(tenant, id)) ?? 0n;
      return total > atto(budget)
        ? [`The campaign ${id} costs ${attoText(total)}, more than ${budget}.`]
        : [];
    }),
  ];
}

/** A campaign of that name whose budget has not room for so many runs is stopped by it. */
export function ignoredBudgets({ books }: Evidence, name: string, tooMany: number): readonly string[] {
  return books.campaigns
    .filter((campaign) => campaign.name === name && campaign.stop_reason !== "budget")
    .filter(
      ({ tenant, id }) =>
        books.members.filter((member) => member.tenant === tenant && member.campaign_id === id).length >=
        tooMany,
    )
    .map(({ id, state }) => `The campaign ${id} is ${state} and was to be stopped by its budget.`);
}

/** Every charge has its two legs, and all of them add up to 0. */
export function unbalancedEntries({ books }: Evidence): readonly string[] {
  const balance = sum(books.entries.map(({ amount }) => atto(amount)));
  const legs = Map.groupBy(books.entries, ({ tenant, charge_id }) => runKey(tenant, charge_id));
  return [
    ...(balance === 0n ? [] : [`The ledger adds up to ${attoText(balance)}.`]),
    ...books.charges
      .filter(({ tenant, id, amount }) => {
        const own = legs.get(runKey(tenant, id)) ?? [];
        return own.length !== 2 || !own.some((leg) => atto(leg.amount) === atto(amount));
      })
      .map(({ tenant, id }) => `The charge ${id} of ${tenant} has not the two legs that it needs.`),
  ];
}

/** One message to the outside for each charge. */
export function wrongMessages({ books }: Evidence): readonly string[] {
  const keys = new Set(books.outbox.map(({ key }) => key));
  const missing = books.charges.filter(({ tenant, id }) => !keys.has(`${tenant}/${id}`));
  return [
    ...missing.map(({ tenant, id }) => `There is no message about the charge ${id} of ${tenant}.`),
    ...(books.outbox.length === books.charges.length
      ? []
      : [`There are ${books.outbox.length} messages about ${books.charges.length} charges.`]),
  ];
}

/** Cents in units of 10⁻¹⁸. */
const CENT = 10n ** 16n;

/** Rounded half-even to whole cents, in units of 10⁻¹⁸. */
function cents(amount: bigint): bigint {
  const size = divideHalfEven(amount < 0n ? -amount : amount, CENT) * CENT;
  return amount < 0n ? -size : size;
}

function wrongInvoice(books: Books, invoice: Books["invoices"][number]): readonly string[] {
  const here = ({ number }: { readonly number: string }) => number === invoice.number;
  const ids = new Set(books.invoiced.filter(here).map(({ tenant, charge_id }) => runKey(tenant, charge_id)));
  const charged = sum(
    books.charges.filter(({ tenant, id }) => ids.has(runKey(tenant, id))).map(({ amount }) => atto(amount)),
  );
  const lines = books.lines.filter(here);
  const exact = sum(lines.map((line) => atto(line.exact)));
  const payable = sum(lines.map((line) => atto(line.amount)));
  const total = atto(invoice.total);
  const [name, text] = [`The invoice ${invoice.number} of ${invoice.tenant}`, attoText];
  return [
    ...(exact === charged ? [] : [`${name} has lines of ${text(exact)} for charges of ${text(charged)}.`]),
    ...(payable === total ? [] : [`${name} is of ${text(total)}, and its lines of ${text(payable)}.`]),
    ...(total === cents(exact)
      ? []
      : [`${name} is of ${text(total)}, which is not ${text(exact)} rounded once.`]),
  ];
}

/** Invoices equal their charges, every charge is on exactly one, and their numbers have no gap. */
export function wrongInvoices({ books }: Evidence): readonly string[] {
  const invoiced = Map.groupBy(books.invoiced, ({ tenant, charge_id }) => runKey(tenant, charge_id));
  const series = Map.groupBy(books.invoices, (invoice) => invoice.series);
  return [
    ...books.charges
      .filter(({ tenant, id }) => invoiced.get(runKey(tenant, id))?.length !== 1)
      .map(({ tenant, id }) => {
        const times = invoiced.get(runKey(tenant, id))?.length ?? 0;
        return `The charge ${id} of ${tenant} is on ${times} invoices.`;
      }),
    ...books.invoices.flatMap((invoice) => wrongInvoice(books, invoice)),
    ...[...series].flatMap(([name, invoices]) => {
      const ordinals = invoices.map(({ ordinal }) => Number(ordinal)).toSorted((a, b) => a - b);
      return ordinals.every((ordinal, index) => ordinal === index + 1)
        ? []
        : [`The numbers of ${name} have a gap: ${ordinals.join(", ")}.`];
    }),
  ];
}
