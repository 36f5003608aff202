import { createHash } from "node:crypto";
import path from "node:path";
import {
  addMonths,
  isCalendarMonth,
  proveSavings,
  PUBLISHED_RATE_CARDS,
  rateCardAt,
  type SavingsProof,
  type UnprovenMonth,
} from "@apex/billing";
import { formatMoney, sumDecimals } from "@apex/core";
import type { KeptSavings } from "@apex/store";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { openProgress } from "../progress.ts";
import { printable } from "../printable.ts";
import { requireWritable, writeFiles } from "../write-files.ts";
import { monthAt } from "./billing-period.ts";
import { type BilledAs, provenAs, recordSavings, requireProvenAlike } from "./record-savings.ts";
import {
  type BilledResource,
  means,
  readSavingsBill,
  rowsOf,
  type SavingsBill,
  unitOf,
} from "./savings-bill.ts";
import { readChanges, type ResourceChanges } from "./savings-changes.ts";
import { textTable } from "./text-table.ts";
import { requireTenant, withStore } from "./with-store.ts";

/** Options of `apex billing savings prove`, as the command line gives them. */
export interface ProveOptions {
  readonly tenant: string;
  readonly cost: readonly string[];
  readonly changes: string;
  readonly mergedAt?: string;
  readonly baselineDays: number;
  readonly until?: string;
  readonly out?: string;
  readonly record?: boolean;
  readonly json?: boolean;
}

/** What all resources came to. */
interface Proven {
  readonly proofs: readonly SavingsProof[];
  readonly unchanged: readonly string[];
  readonly unproven: readonly UnprovenMonth[];
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Throws a CommandError for a last month that is none, or not over. */
function requireOver(io: Io, until: string | undefined): void {
  if (until === undefined) return;
  const noMonth = `--until ${until} is no month: write it as 2026-11 (UTC)`;
  if (!isCalendarMonth(until)) throw new CommandError(EXIT_CODES.wrongUse, noMonth);
  if (until >= monthAt(io.now()))
    throw new CommandError(EXIT_CODES.wrongUse, `--until ${until} is not over: its bill cannot be final`);
}

/** The last month that the bills have and that is over. */
function lastMonth(io: Io, { months }: SavingsBill): string {
  const newestMonth = [...months.values()]
    .flatMap((own) => [...own])
    .toSorted()
    .at(-1);
  const over = addMonths(monthAt(io.now()), -1);
  return newestMonth !== undefined && newestMonth < over ? newestMonth : over;
}

/** Under which id and unit the bills have a resource. */
function billedAs({ billedId, rows }: BilledResource, unit: string | undefined): BilledAs {
  return { resourceId: billedId, unit: unitOf(billedId, rows, unit) };
}

function proveResource(
  { resourceId, unit, changes }: ResourceChanges,
  bill: SavingsBill,
  context: {
    readonly options: ProveOptions;
    readonly until: string;
    readonly kept: readonly KeptSavings[];
  },
): Proven {
  const { options, until, kept } = context;
  const known = kept.filter(
    (proof) => means(proof.resourceId, resourceId) || means(resourceId, proof.resourceId),
  );
  const found = rowsOf(bill, resourceId);
  const as = found === undefined ? provenAs(known) : billedAs(found, unit);
  if (as === undefined) {
    const reason = `The bills have no row of ${resourceId}.`;
    return {
      proofs: [],
      unchanged: [],
      unproven: [{ tenant: options.tenant, resourceId, month: until, reason, isOpen: false }],
    };
  }
  requireProvenAlike({ ...as, changes }, known);
  return proveSavings(
    {
      tenant: options.tenant,
      ...as,
      rows: found?.rows ?? [],
      changes,
      baselineDays: options.baselineDays,
      until,
      billedMonths: bill.months,
    },
    { digest, earlier: known.map(({ evidence }) => evidence) },
  );
}

/** The evidence as it is kept, and the query with which the customer makes its numbers anew. */
function evidenceFiles(directory: string, proofs: readonly SavingsProof[]): ReadonlyMap<string, string> {
  return new Map(
    proofs.flatMap(({ id, evidence }) => [
      [path.join(directory, `${id}.json`), evidence] as const,
      [
        path.join(directory, `${id}.sql`),
        (JSON.parse(evidence) as { readonly query: string }).query,
      ] as const,
    ]),
  );
}

function print(
  io: Io,
  { proofs, unchanged, unproven }: Proven,
  recorded: ReadonlySet<string> | undefined,
): void {
  if (proofs.length > 0) {
    const rows = proofs.map((proof) => [
      proof.id,
      proof.month,
      proof.resourceId,
      proof.changes.map(({ from, to }) => `${from} → ${to}`).join(", "),
      `${proof.savings} ${proof.currency}`,
      `${proof.fee} ${proof.currency}`,
      recorded === undefined ? "" : recorded.has(proof.id) ? "recorded" : "not recorded",
    ]);
    const columns = ["proof", "month", "resource", "change"].map((heading) => ({ heading }));
    const money = ["saved", "fee (20 %)"].map((heading) => ({ heading, align: "right" as const }));
    io.out(textTable([...columns, ...money, { heading: "" }], rows));
    for (const [currency, own] of Map.groupBy(proofs, (proof) => proof.currency)) {
      const sum = (of: (proof: SavingsProof) => SavingsProof["fee"]): string =>
        formatMoney({ amount: sumDecimals(own.map(of)), currency });
      io.out(`${sum(({ savings }) => savings)} proven, ${sum(({ fee }) => fee)} of it is the fee.\n`);
    }
  }
  if (unchanged.length > 0) io.out(`${unchanged.length} proven before, and still so.\n`);
  for (const { resourceId, month, reason } of unproven) {
    io.out(`Not proven: ${printable(resourceId)}, ${month}: ${printable(reason)}\n`);
  }
}

/**
 * `apex billing savings prove`: what merged changes saved, proven from final bills. Exit 1 when nothing could be proven, or a proof was
 * not recorded. Without `--record` nothing is kept and nothing charged.
 */
export async function runSavingsProve(io: Io, options: ProveOptions): Promise<ExitCode> {
  requireOver(io, options.until);
  const changes = await readChanges(io, options.changes, options.mergedAt);
  const directory = options.out === undefined ? undefined : path.resolve(io.cwd, options.out);
  if (directory !== undefined) await requireWritable(directory);
  const progress = openProgress(io, { quiet: options.json === true });
  progress.step("Reading bills");
  const bill = await readSavingsBill(io, { cost: options.cost, changes, progress });
  progress.done();
  const until = options.until ?? lastMonth(io, bill);
  const card = rateCardAt(PUBLISHED_RATE_CARDS, io.now().getTime());
  if (card === undefined)
    throw new CommandError(EXIT_CODES.badInput, "no rate card is valid yet: look at `apex billing rates`");
  const { proven, recorded, held } = await withStore(io, async (store) => {
    await requireTenant(store, options.tenant);
    const kept = await store.billing.savings(options.tenant);
    const parts = changes.map((own) => proveResource(own, bill, { options, until, kept }));
    const all: Proven = {
      proofs: parts.flatMap(({ proofs }) => proofs),
      unchanged: parts.flatMap(({ unchanged }) => unchanged),
      unproven: parts.flatMap(({ unproven }) => unproven),
    };
    // The evidence is there before anything is charged by it.
    if (directory !== undefined) await writeFiles(evidenceFiles(directory, all.proofs));
    if (options.record !== true) return { proven: all, recorded: undefined, held: [] };
    await store.billing.publishRateCards(PUBLISHED_RATE_CARDS);
    const result = await recordSavings(store.billing, all.proofs, { kept, rateCard: card.id });
    return { proven: all, ...result };
  });
  for (const reason of held) io.err(`apex: ${printable(reason)}\n`);
  if (options.json === true) {
    const proofs = proven.proofs.map(({ id, evidence, replaces }) => ({
      id,
      replaces,
      recorded: recorded?.has(id) ?? false,
      evidence: JSON.parse(evidence) as unknown,
    }));
    io.out(`${JSON.stringify({ ...proven, proofs, held }, null, 2)}\n`);
  } else print(io, proven, recorded);
  return held.length > 0 || proven.proofs.length + proven.unchanged.length === 0
    ? EXIT_CODES.nothingToDo
    : EXIT_CODES.done;
}
