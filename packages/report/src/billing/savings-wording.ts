import { compareDecimals, type Decimal, decimal, multiply, toNumber } from "@apex/core";
import { chargeText } from "../campaign/campaign-wording.ts";
import { figure } from "../validation/validation-wording.ts";
import { amountText, plural } from "../wording.ts";
import { exactText } from "./amounts.ts";
import type { ProofState, SavingsReport, SavingsRow, SavingsTotal } from "./savings-report.ts";

const ZERO = decimal(0);

const STATE_WORDS: Readonly<Record<ProofState, string>> = {
  charged: "charged",
  "nothing-due": "nothing due",
  disputed: "disputed",
  upheld: "taken back",
  replaced: "replaced",
};

/** Where a proof stands, in a word or two. */
export function stateWord(state: ProofState): string {
  return STATE_WORDS[state];
}

/** A tenant's savings in one sentence, without a final period and without a name from outside. */
export function savingsSentence({ totals, unproven }: SavingsReport): string {
  const open = unproven.length === 0 ? "" : `; ${plural(unproven.length, "month")} not proven`;
  const taken = totals
    .filter(({ upheldProofs }) => upheldProofs > 0)
    .map(({ currency, upheld, upheldProofs }) => {
      const disputes = plural(upheldProofs, "dispute");
      return `; savings of ${amountText(upheld, currency)} were taken back after ${disputes}`;
    });
  const parts = totals.filter(({ proofs }) => proofs > 0).map(savedText);
  return `${parts.length === 0 ? "No saving is proven" : parts.join("; ")}${taken.join("")}${open}`;
}

function savedText({ currency, savings, fee, disputed, proofs }: SavingsTotal): string {
  const isLoss = compareDecimals(savings, ZERO) < 0;
  const amount = amountText(isLoss ? multiply(savings, decimal(-1)) : savings, currency);
  const what = isLoss ? `Changes cost ${amount} more than before` : `Changes saved ${amount}`;
  const contested =
    compareDecimals(disputed, ZERO) === 0 ? "" : `, ${amountText(disputed, currency)} of it disputed`;
  return `${what} in ${plural(proofs, "proof")}${contested}; ${chargeText(fee, currency)} of it is Apex's share`;
}

/** What was changed: "m5.xlarge → m5.large", several one after the other. */
function changesText({ evidence }: SavingsRow): string {
  return evidence.changes.map(({ from, to }) => `${from} → ${to}`).join(", ");
}

/** The resource as people know it: its address, or its id in the bill. */
export function resourceText({ evidence }: SavingsRow): string {
  return evidence.changes.find(({ address }) => address !== null)?.address ?? evidence.resourceId;
}

/** The cells that every form shows, in the order of {@link SAVINGS_COLUMNS}. */
export function savingsCells(row: SavingsRow): readonly string[] {
  const { evidence, usage, before, after, fee, state } = row;
  const { currency, month, unitPriceBefore, pricingUnit, savings } = evidence;
  return [
    month,
    resourceText(row),
    changesText(row),
    unitPriceBefore === null ? "—" : exactText(unitPriceBefore, currency),
    `${figure(toNumber(usage))} ${pricingUnit}`,
    amountText(before, currency),
    amountText(after, currency),
    amountText(savings, currency),
    chargeText(fee, currency),
    stateWord(state),
  ];
}

/** Headings of {@link savingsCells}. */
export const SAVINGS_COLUMNS = [
  "Month",
  "Resource",
  "Change",
  "Unit price before",
  "Usage",
  "At that price",
  "Cost",
  "Saving",
  "Share",
  "State",
] as const;

/** The smallest of what a saving is held against, before the provider's prices of the month. */
function atFirstPrices({ evidence }: SavingsRow): Decimal {
  const { savings, savingsAtEffectivePrices = savings, savingsAtListPrices: listed } = evidence;
  const others = listed === null ? [] : [listed.byShareBefore, listed.byShareAfter];
  return others.reduce(
    (least, value) => (compareDecimals(value, least) < 0 ? value : least),
    savingsAtEffectivePrices,
  );
}

/** Why less counts than the cost before less the cost after; "" where it does not, as far as amounts are shown. */
export function limitNote(row: SavingsRow): string {
  const { currency, savings, savingsAtEffectivePrices: effective = savings } = row.evidence;
  const [paid, first, counted] = [effective, atFirstPrices(row), savings].map((amount) =>
    amountText(amount, currency),
  );
  const notes = [
    paid === first
      ? ""
      : `At effective prices it would be ${paid}: a discount that began after the change is no saving of it, so that the saving at list prices counts, by what was paid of them.`,
    row.evidence.savingsAtPricesOfMonth === null || first === counted
      ? ""
      : `At the first prices of these bills it would be ${first}: the provider is cheaper by now, so that the saving at the prices of the month counts.`,
  ];
  return notes.filter((note) => note !== "").join(" ");
}

/** What other changes of the resource took from the saving or left of the loss; "" where there were none. */
function othersNote({ evidence }: SavingsRow): string {
  const { currency, savings, savingsOfAllChanges: all = savings } = evidence;
  if (compareDecimals(all, savings) === 0) return "";
  const isLoss = compareDecimals(all, ZERO) < 0;
  const amount = amountText(isLoss ? multiply(all, decimal(-1)) : all, currency);
  return `All changes of the resource together ${isLoss ? `cost ${amount} more than before` : `saved ${amount}`} in the month; no more than that is shared.`;
}

/** What else must be known of a proof; "" where there is nothing. Texts in it are from outside. */
export function savingsNote(row: SavingsRow): string {
  const { evidence, proof, state } = row;
  const { note, currency, carriedIn, carriedOut, chargeable, excluded, replaces, share } = evidence;
  const percent = `${figure(toNumber(share) * 100)} %`;
  return [
    ...(state === "charged" ? [`The share is ${percent} of ${amountText(chargeable, currency)}.`] : []),
    limitNote(row),
    note ?? "",
    othersNote(row),
    ...(compareDecimals(carriedIn, ZERO) < 0
      ? [
          `A loss of ${amountText(multiply(carriedIn, decimal(-1)), currency)} that the resource had in earlier months was made good first.`,
        ]
      : []),
    ...(compareDecimals(carriedOut, ZERO) < 0
      ? [
          `A loss of ${amountText(multiply(carriedOut, decimal(-1)), currency)} of the resource is carried to later months.`,
        ]
      : []),
    ...(excluded.rows > 0
      ? [
          `${plural(excluded.rows, "row")} of the bill (${amountText(excluded.billed, currency)}) at the edge of a change is in no sum.`,
        ]
      : []),
    ...(replaces === null ? [] : [`It replaces ${replaces}.`]),
    ...(proof.dispute === null ? [] : [disputeText(proof.dispute)]),
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function disputeText({
  reason,
  openedAt,
  closedAt,
  outcome,
}: NonNullable<SavingsRow["proof"]["dispute"]>): string {
  const decided = outcome === null ? "open" : `${outcome}${closedAt === null ? "" : ` on ${closedAt}`}`;
  return `Disputed on ${openedAt} (${decided}): ${reason}`;
}
